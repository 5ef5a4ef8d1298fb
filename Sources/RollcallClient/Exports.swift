// The values that operations take and answers consist of: whoever links the client has to import nothing else.
@_exported public import RegistryJSON
@_exported public import RegistryModel
