// SPDX-License-Identifier: MIT
// guard.hpp: an owned reference that releases itself, for C++17.
#ifndef LIBGC_GUARD_HPP
#define LIBGC_GUARD_HPP

#include <libgc/reference.h>

// Owns at most one reference. Copying retains, moving transfers, the destructor releases. User code runs where
// gc_release would run it. Thread: the heap's.
template <class T> class gc_ref {
public:
    gc_ref() noexcept = default;
    // Takes over a reference that the caller owns, for instance the one creation returns.
    explicit gc_ref(T *owned) noexcept : object_(owned) {}
    gc_ref(const gc_ref &other) noexcept : object_(gc_retain(other.object_)) {}
    gc_ref(gc_ref &&other) noexcept : object_(other.take()) {}
    gc_ref &operator=(gc_ref other) noexcept
    {
        T *mine = object_;
        object_ = other.object_;
        other.object_ = mine;
        return *this;
    }
    ~gc_ref() { gc_release(object_); }

    T *get() const noexcept { return object_; }
    T *operator->() const noexcept { return object_; }
    T &operator*() const noexcept { return *object_; }
    explicit operator bool() const noexcept { return object_ != nullptr; }

    // Gives the reference to the caller, who then owns it.
    T *take() noexcept
    {
        T *mine = object_;
        object_ = nullptr;
        return mine;
    }

private:
    T *object_ = nullptr;
};

#endif
