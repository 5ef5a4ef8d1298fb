// Tells ThreadSanitizer of the locks that it cannot see.
//
// Synchronization.Mutex takes a free lock inline, in code that is compiled with the sanitizer. One that is held is waited for by
// two functions of the standard library, which is not compiled with it: what happened before the holder gave the lock up then looks
// like a race. This library is preloaded, stands in for these two functions, calls them, and says what they did.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

typedef void (*Lock)(uint32_t, __attribute__((swift_context)) void *) __attribute__((swiftcall));
typedef void (*Unlock)(__attribute__((swift_context)) void *) __attribute__((swiftcall));
typedef void (*Note)(void *);

// What comes later in the order of loading; a program that uses the lock has it.
static void *next(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (!function) abort();
    return function;
}

// Nothing in a program that was built without the sanitizer.
static void note(const char *name, void *lock) {
    Note function = (Note)dlsym(RTLD_DEFAULT, name);
    if (function) function(lock);
}

__attribute__((swiftcall)) void lock_slow(uint32_t owner, __attribute__((swift_context)) void *lock) __asm__(LOCK);
__attribute__((swiftcall)) void lock_slow(uint32_t owner, __attribute__((swift_context)) void *lock) {
    ((Lock)next(LOCK))(owner, lock);
    note("__tsan_acquire", lock);
}

__attribute__((swiftcall)) void unlock_slow(__attribute__((swift_context)) void *lock) __asm__(UNLOCK);
__attribute__((swiftcall)) void unlock_slow(__attribute__((swift_context)) void *lock) {
    note("__tsan_release", lock);
    ((Unlock)next(UNLOCK))(lock);
}
