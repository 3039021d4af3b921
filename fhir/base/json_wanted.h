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
/// false, not text"), never its content. An absent or null element is none. Where absence would be
/// the dangerous reading, the caller asks `isLeftOut`.
class Wanted {
public:
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
        return attempt([&]() -> std::optional<std::invoke_result_t<Make, const Value&>> {
            const auto value = json.find(name);
            if (!value) return std::nullopt;
            return make(*value);
        });
    }

    /// What `make` makes of each object of a list; one of which it throws Error{InvalidInput} is
    /// left out alone.
    template <class Make>
    std::vector<std::invoke_result_t<Make, const Value&>> list(const Value& json, const Name& name,
                                                               Make make) {
        std::vector<std::invoke_result_t<Make, const Value&>> result;
        for (const auto& element : objects(json, name))
            if (auto one = attempt([&] { return std::optional(make(element)); }))
                result.push_back(*std::move(one));
        return result;
    }

    const std::vector<Issue>& problems() const noexcept { return problems_; }
    std::vector<Issue> takeProblems() noexcept { return std::move(problems_); }
    /// Whether something at or below this place (JSON pointer) was, or may have been, left out.
    bool isLeftOut(std::string_view path) const noexcept;

private:
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

    std::vector<Issue> problems_;
};

/// Writes a line to the log for each element that was left out. `message`: what they stood in,
/// "token response".
void logLeftOut(std::string_view message, const std::vector<Issue>& problems);

}  // namespace fhir::json
