#pragma once

#include <memory>
#include <optional>
#include <utility>

namespace fhir {

/// An optional on the heap, for a member that is large and usually absent. Copies are deep.
template <class T>
class Boxed {
public:
    Boxed() noexcept = default;
    Boxed(std::nullopt_t) noexcept {}
    Boxed(T value) : value_(std::make_unique<T>(std::move(value))) {}
    Boxed(std::optional<T> value) {
        if (value) value_ = std::make_unique<T>(*std::move(value));
    }
    Boxed(const Boxed& other) : value_(other ? std::make_unique<T>(*other) : nullptr) {}
    Boxed(Boxed&&) noexcept = default;
    Boxed& operator=(Boxed other) noexcept {
        value_ = std::move(other.value_);
        return *this;
    }
    ~Boxed() = default;

    explicit operator bool() const noexcept { return value_ != nullptr; }
    const T& operator*() const noexcept { return *value_; }
    T& operator*() noexcept { return *value_; }
    const T* operator->() const noexcept { return value_.get(); }
    T* operator->() noexcept { return value_.get(); }

    bool operator==(const Boxed& other) const {
        return value_ && other ? *value_ == *other : !value_ && !other;
    }

private:
    std::unique_ptr<T> value_;
};

}  // namespace fhir
