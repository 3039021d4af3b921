#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "fhir/base/error.h"
#include "fhir/base/json.h"

namespace fhir::json {

/// Reads the elements of one message that are wanted and not needed: where another type or form
/// stands than belongs there, that element alone is as if it were absent.
///
/// Each that is left out is a problem: its place, and what stood there in kind ("must be true or
/// false, not text"), never its content. An absent or null element is none. What is needed is read
/// by `Value` itself: its errors pass, and cost what it is needed for. So does a message that is no
/// object. Where absence would be the dangerous reading, the caller asks `isLeftOut`, or says what
/// stands instead.
class Wanted {
public:
    Wanted() = default;

    std::optional<std::string> string(const Value& json, const Name& name);
    std::optional<bool> boolean(const Value& json, const Name& name);
    /// As `boolean`; of a text "true" or "false", which some servers write, what it says.
    std::optional<bool> flag(const Value& json, const Name& name);
    std::optional<std::int64_t> integer(const Value& json, const Name& name);
    std::optional<Value> object(const Value& json, const Name& name);
    /// The texts of a list. One that is none is left out alone; null stands for an extension.
    std::vector<std::string> strings(const Value& json, const Name& name);
    /// The objects of a list. What is none is left out alone.
    std::vector<Value> objects(const Value& json, const Name& name);

    /// What `make` makes of the element; it throws Error{InvalidInput} to leave the element out.
    template <class Make>
    std::optional<std::invoke_result_t<Make, const Value&>> read(const Value& json,
                                                                 const Name& name, Make make) {
        const auto value = json.find(name);
        if (!value) return std::nullopt;
        return attempt([&] { return std::optional(make(*value)); });
    }

    /// What `make` makes of each element of a list; one of which it throws Error{InvalidInput} is
    /// left out alone. If `instead` is given, it stands for each of those, and for a list that is
    /// none.
    template <class Make, class Made = std::invoke_result_t<Make, const Value&>>
    std::vector<Made> list(const Value& json, const Name& name, Make make,
                           const Made* instead = nullptr) {
        std::vector<Made> result;
        const auto value = json.find(name);
        if (!value) return result;
        const auto add = [&](std::optional<Made> made) {
            if (made)
                result.push_back(*std::move(made));
            else if (instead != nullptr)
                result.push_back(*instead);
        };
        const auto elements = attempt([&] { return std::optional(value->array()); });
        if (!elements) add(std::nullopt);
        result.reserve(value->size());
        if (elements)
            for (const auto element : *elements)
                add(attempt([&] { return std::optional(make(element)); }));
        return result;
    }

    /// The element, by `T::fromJson`, which leaves out in turn what is wanted of it.
    template <class T>
    std::optional<T> find(const Value& json, const Name& name) {
        return read(json, name, [&](const Value& value) { return T::fromJson(value, *this); });
    }

    /// The elements of a list, each as `find` reads one.
    template <class T>
    std::vector<T> all(const Value& json, const Name& name, const T* instead = nullptr) {
        return list(
            json, name, [&](const Value& value) { return T::fromJson(value, *this); }, instead);
    }

    const std::vector<Issue>& problems() const noexcept { return problems_; }
    std::vector<Issue> takeProblems() noexcept { return std::move(problems_); }
    /// Whether something at or below this place (JSON pointer) was, or may have been, left out.
    bool isLeftOut(std::string_view path) const noexcept;

private:
    friend Wanted& strict() noexcept;

    template <class Attempt>
    auto attempt(Attempt work) -> std::invoke_result_t<Attempt> {
        try {
            return work();
        } catch (const Error& error) {
            leaveOut(error);
            return std::nullopt;
        }
    }
    /// Notes it, if it is about the message. Called while it is being handled.
    void leaveOut(const Error& error);

    std::vector<Issue> problems_{};
    bool isStrict_ = false;
};

/// Reads what must be right in all its parts, such as what is given to us to keep: leaves nothing
/// out, but throws Error{InvalidInput} about the first element that cannot be read. Holds nothing,
/// and so may be used from several threads at once.
Wanted& strict() noexcept;

/// Writes a line to the log for each element that was left out. `message`: what they stood in,
/// "token response".
void logLeftOut(std::string_view message, const std::vector<Issue>& problems);

}  // namespace fhir::json
