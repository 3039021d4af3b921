#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/base/json.h"
#include "fhir/r4/date_time.h"

/// The FHIR R4 datatypes that the resources need, with the element names of the specification.
/// https://hl7.org/fhir/R4/datatypes.html
namespace fhir {

struct Coding {
    std::optional<std::string> system, code, display;

    static Coding fromJson(const json::Value& json);
    void toJson(json::Writer& writer) const;
};

struct CodeableConcept {
    std::vector<Coding> coding;
    std::optional<std::string> text;

    bool has(std::string_view system, std::string_view code) const noexcept;
    /// What a person should read: the text, else the first display, else the first code.
    std::string label() const;
    static CodeableConcept fromJson(const json::Value& json);
    void toJson(json::Writer& writer) const;
};

struct Identifier {
    std::optional<std::string> use, system, value;

    static Identifier fromJson(const json::Value& json);
    void toJson(json::Writer& writer) const;
};

/// `reference` is "Type/id", an absolute URL, "urn:uuid:…" or "#contained".
struct Reference {
    std::optional<std::string> reference, type, display;

    /// The resource type that it names, "" where it cannot be told.
    std::string resourceType() const;
    /// "Type/id" without base address and version; the text as it is where it has no such form.
    std::string relative() const;
    static Reference fromJson(const json::Value& json);
    void toJson(json::Writer& writer) const;
};

struct Period {
    std::optional<DateTime> start, end;

    static Period fromJson(const json::Value& json);
    void toJson(json::Writer& writer) const;
};

struct HumanName {
    std::optional<std::string> use, text, family;
    std::vector<std::string> given, prefix, suffix;

    static HumanName fromJson(const json::Value& json);
    void toJson(json::Writer& writer) const;
};

/// The name to call a person by: usual before official before the rest, never old or maiden;
/// `text` where there is one, else prefix, given, family, suffix. "" where there is none.
std::string displayName(const std::vector<HumanName>& names);

struct Meta {
    std::optional<std::string> versionId, lastUpdated;
    std::vector<std::string> profile;
    std::vector<Coding> security, tag;

    static Meta fromJson(const json::Value& json);
    void toJson(json::Writer& writer) const;
};

struct Annotation {
    std::optional<DateTime> time;
    std::string text;

    static Annotation fromJson(const json::Value& json);
    void toJson(json::Writer& writer) const;
};

/// Whether `text` may be a resource id: 1 to 64 of A-Z a-z 0-9 - . (R4, datatypes: id). Checked
/// before an id goes into a URL.
bool isId(std::string_view text) noexcept;

/// A relative literal reference "Type/id".
struct TypeAndId {
    std::string type, id;
    std::string text() const { return type + "/" + id; }
};

/// Splits "Type/id", checking both halves; nullopt where it is none.
std::optional<TypeAndId> parseReference(std::string_view text);

/// What every resource has, once it is known to be one of `resourceType` that may be read.
struct ResourceHeader {
    std::string id;
    std::optional<Meta> meta;
    std::optional<std::string> language;
};

/// Throws Error{InvalidInput} where a resource or a part of it carries a `modifierExtension`: it
/// may negate what we would show (R4, extensibility, section 2.4.1.2).
void refuseModifiers(const json::Value& json);

/// Throws Error{InvalidInput} where the resource is of another type, or must be understood by what
/// we do not know: `modifierExtension`, `implicitRules` (R4, resource, section 2.26.3.2).
ResourceHeader readHeader(const json::Value& json, std::string_view resourceType);

std::optional<DateTime> findDateTime(const json::Value& json, std::string_view name);
std::optional<CodeableConcept> findConcept(const json::Value& json, std::string_view name);
std::optional<Reference> findReference(const json::Value& json, std::string_view name);
std::optional<Period> findPeriod(const json::Value& json, std::string_view name);

/// Every element of the array of that name, read by `T::fromJson`.
template <class T>
std::vector<T> readArray(const json::Value& json, std::string_view name) {
    std::vector<T> result;
    for (const auto element : json.findArray(name)) result.push_back(T::fromJson(element));
    return result;
}

std::vector<std::string> readStrings(const json::Value& json, std::string_view name);

template <class T>
std::string toJsonText(const T& resource) {
    json::Writer writer;
    resource.toJson(writer);
    return writer.take();
}

/// An element without content; FHIR allows none (R4, json, section 2.6.2).
inline constexpr std::string_view kEmptyElement = "{}";

/// Writes `name: [ … ]` without empty elements; nothing where none is left.
template <class T>
void writeArray(json::Writer& writer, std::string_view name, const std::vector<T>& values) {
    bool any = false;
    for (const auto& value : values) {
        const auto text = toJsonText(value);
        if (text == kEmptyElement) continue;
        if (!any) writer.key(name).beginArray();
        any = true;
        writer.raw(text);
    }
    if (any) writer.endArray();
}

void writeStrings(json::Writer& writer, std::string_view name,
                  const std::vector<std::string>& values);

/// Throws the Error{InvalidInput} of a resource of ours without an element that R4 requires.
[[noreturn]] void refuseMissing(std::string_view name);

/// Writes `name: { … }`; nothing where it is absent or empty.
template <class T>
void writeObject(json::Writer& writer, std::string_view name, const std::optional<T>& value) {
    if (!value) return;
    if (const auto text = toJsonText(*value); text != kEmptyElement) writer.key(name).raw(text);
}

/// Writes what R4 requires. Throws Error{InvalidInput} where it is empty.
template <class T>
void writeRequired(json::Writer& writer, std::string_view name, const T& value) {
    const auto text = toJsonText(value);
    if (text == kEmptyElement) refuseMissing(name);
    writer.key(name).raw(text);
}
void writeRequired(json::Writer& writer, std::string_view name, const std::string& value);

}  // namespace fhir
