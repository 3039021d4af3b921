#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/base/boxed.h"
#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "fhir/base/json_wanted.h"

/// How the elements of any resource or datatype are read and written.
/// https://hl7.org/fhir/R4/json.html
namespace fhir {

/// Throws Error{InvalidInput} if a resource or a part of it has a `modifierExtension`: this may
/// reverse the meaning of what we show (R4, extensibility, section 2.4.1.2).
void refuseModifiers(const json::Value& json);

/// Reads the element of that name; nullopt if there is none. For what is needed where it stands:
/// one that cannot be read costs what holds it.
template <class T>
std::optional<T> findNeeded(const json::Value& json, const json::Name& name, json::Wanted& wanted) {
    if (const auto value = json.find(name)) return T::fromJson(*value, wanted);
    return std::nullopt;
}

/// Reads every element of the array of that name, of which each is needed.
template <class T>
std::vector<T> allNeeded(const json::Value& json, const json::Name& name, json::Wanted& wanted) {
    std::vector<T> result;
    for (const auto element : json.findArray(name)) result.push_back(T::fromJson(element, wanted));
    return result;
}

/// Reads the element of that name; `instead` where one stands there that cannot be read.
template <class T>
std::optional<T> findOr(const json::Value& json, const json::Name& name, json::Wanted& wanted,
                        T instead) {
    auto found = wanted.find<T>(json, name);
    if (!found && json.find(name)) found = std::move(instead);
    return found;
}

/// Reads the parts of an array that may have a `modifierExtension` (BackboneElement): one that has
/// is left out, for the modifier is about that part alone.
template <class T>
std::vector<T> readParts(const json::Value& json, const json::Name& name, json::Wanted& wanted) {
    return wanted.list(json, name, [&](const json::Value& part) {
        refuseModifiers(part);
        return T::fromJson(part, wanted);
    });
}

/// Reads a required code from a value set that has `unknown`. Returns "unknown" if the code is
/// absent and its `_name` sibling gives a data-absent-reason; throws if there is neither.
std::string readCode(const json::Value& json, const json::Name& name);

/// The extension of that URL on an element; nullopt if there is none.
std::optional<json::Value> findExtension(const json::Value& element, std::string_view url,
                                         json::Wanted& wanted = json::strict());

/// Why the primitive element of that name has no value: "masked", "unknown", "asked-declined", …
/// from its `_name` sibling (http://hl7.org/fhir/StructureDefinition/data-absent-reason).
std::optional<std::string> absentReason(const json::Value& json, const json::Name& name);

/// The contained resource of `resource` that "#id" names; nullopt if there is none.
std::optional<json::Value> findContained(const json::Value& resource, std::string_view reference,
                                         json::Wanted& wanted);

template <class T>
std::string toJsonText(const T& resource) {
    json::Writer writer;
    resource.toJson(writer);
    return writer.take();
}

/// An element without content; FHIR allows none (R4, json, section 2.6.2).
inline constexpr std::string_view kEmptyElement = "{}";

/// Throws the Error{InvalidInput} for an element that R4 requires and our resource lacks.
[[noreturn]] void refuseMissing(std::string_view name);

/// Throws a copy of `error` with `place` before its path.
[[noreturn]] void throwWithin(const std::string& place, const Error& error);

/// The JSON text of our element. The path of an error in it begins with `place`.
template <class T>
std::string elementText(const T& element, const std::string& place) {
    try {
        return toJsonText(element);
    } catch (const Error& error) {
        throwWithin(place, error);
    }
}

/// Writes `name: [ … ]` without empty elements. If none is left, writes nothing and returns false.
template <class T>
bool writeArray(json::Writer& writer, std::string_view name, const std::vector<T>& values) {
    bool any = false;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto text = elementText(values[i], "/" + std::string(name) + "/" + std::to_string(i));
        if (text == kEmptyElement) continue;
        if (!any) writer.key(name).beginArray();
        any = true;
        writer.raw(text);
    }
    if (any) writer.endArray();
    return any;
}

/// As `writeArray`, for an array that R4 requires. Throws Error{InvalidInput} if no element is
/// left.
template <class T>
void writeRequiredArray(json::Writer& writer, std::string_view name, const std::vector<T>& values) {
    if (!writeArray(writer, name, values)) refuseMissing(name);
}

void writeStrings(json::Writer& writer, std::string_view name,
                  const std::vector<std::string>& values);
void writeBoolean(json::Writer& writer, std::string_view name, const std::optional<bool>& value);

/// Writes `name: { … }`; nothing if the value is absent or empty.
template <class T>
void writeObject(json::Writer& writer, std::string_view name, const std::optional<T>& value) {
    if (!value) return;
    const auto text = elementText(*value, "/" + std::string(name));
    if (text != kEmptyElement) writer.key(name).raw(text);
}

template <class T>
void writeObject(json::Writer& writer, std::string_view name, const Boxed<T>& value) {
    if (!value) return;
    const auto text = elementText(*value, "/" + std::string(name));
    if (text != kEmptyElement) writer.key(name).raw(text);
}

/// Writes an element that R4 requires. Throws Error{InvalidInput} if it is empty.
template <class T>
void writeRequired(json::Writer& writer, std::string_view name, const T& value) {
    const auto text = elementText(value, "/" + std::string(name));
    if (text == kEmptyElement) refuseMissing(name);
    writer.key(name).raw(text);
}
void writeRequired(json::Writer& writer, std::string_view name, const std::string& value);

}  // namespace fhir
