#include "fhir/base/json_wanted.h"

#include <algorithm>

#include "fhir/base/log.h"

namespace fhir::json {
namespace {

/// A message in which everything is odd is told of by its first elements.
constexpr std::size_t kLeftOutMax = 20;

bool readFlag(const Value& value) {
    if (!value.isString()) return value.boolean();
    if (value.text() == "true") return true;
    if (value.text() == "false") return false;
    value.refuse("must be true or false, not another text");
}

Value requireObject(const Value& value) {
    static_cast<void>(value.object());
    return value;
}

}  // namespace

std::optional<std::string> Wanted::string(const Value& json, const Name& name) {
    return read(json, name, [](const Value& value) { return value.string(); });
}

std::optional<bool> Wanted::boolean(const Value& json, const Name& name) {
    return read(json, name, [](const Value& value) { return value.boolean(); });
}

std::optional<bool> Wanted::flag(const Value& json, const Name& name) {
    return isStrict_ ? boolean(json, name) : read(json, name, readFlag);
}

std::optional<std::int64_t> Wanted::integer(const Value& json, const Name& name) {
    return read(json, name, [](const Value& value) { return value.integer(); });
}

std::optional<Value> Wanted::object(const Value& json, const Name& name) {
    return read(json, name, requireObject);
}

std::vector<std::string> Wanted::strings(const Value& json, const Name& name) {
    std::vector<std::string> result;
    const auto elements = read(json, name, [](const Value& value) { return value.array(); });
    if (!elements) return result;
    for (const auto element : *elements)
        if (!element.isNull())
            if (auto text = attempt([&] { return std::optional(element.string()); }))
                result.push_back(*std::move(text));
    return result;
}

std::vector<Value> Wanted::objects(const Value& json, const Name& name) {
    return list(json, name, requireObject);
}

bool Wanted::isLeftOut(std::string_view path) const noexcept {
    if (problems_.size() == kLeftOutMax) return true;  // not all of it is known
    return std::any_of(problems_.begin(), problems_.end(), [&](const Issue& one) {
        const std::string_view place = one.path;
        return place.starts_with(path) &&
               (place.size() == path.size() || place[path.size()] == '/');
    });
}

void Wanted::leaveOut(const Error& error) {
    if (isStrict_ || error.kind() != ErrorKind::InvalidInput) throw;
    if (problems_.size() < kLeftOutMax) problems_.push_back({error.path(), error.what()});
}

Wanted& strict() noexcept {
    static Wanted wanted = [] {
        Wanted one;
        one.isStrict_ = true;
        return one;
    }();
    return wanted;
}

void logLeftOut(std::string_view message, const std::vector<Issue>& problems) {
    for (const auto& one : problems)
        log::warning("an element was left out",
                     {{"message", std::string(message)}, {"element", one.path}, {"why", one.text}});
}

}  // namespace fhir::json
