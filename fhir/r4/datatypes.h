#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/base/boxed.h"
#include "fhir/base/json.h"
#include "fhir/r4/date_time.h"
#include "fhir/r4/element.h"

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
    /// The text for people: `text`, else the first display, else the first code.
    std::string label() const;
    /// The text, else the first display: what somebody can read; "" where there are codes alone.
    std::string words() const;
    static CodeableConcept fromJson(const json::Value& json);
    void toJson(json::Writer& writer) const;
};

struct Identifier {
    std::optional<std::string> use, system, value;
    std::optional<CodeableConcept> type{};  ///< MR, PI, …: the kind of number

    static Identifier fromJson(const json::Value& json);
    void toJson(json::Writer& writer) const;
};

/// `reference` is "Type/id", an absolute URL, "urn:uuid:…" or "#contained".
struct Reference {
    std::optional<std::string> reference, type, display;
    Boxed<Identifier> identifier{};  ///< if the server gives no literal reference

    /// The resource type of the target; "" if it is not known.
    std::string resourceType() const;
    /// "Type/id" without base address and version; any other form is returned unchanged.
    std::string relative() const;
    /// The server's base address in an absolute reference, "https://ehr.example/fhir"; "" if it is
    /// not absolute. An id of another server means another resource.
    std::string base() const;
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

/// The name to call a person by: usual before official before the rest, never old or maiden; `text`
/// if present, else prefix, given, family, suffix. "" if there is no name.
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
    std::optional<Reference> authorReference{};
    std::optional<std::string> authorString{};

    static Annotation fromJson(const json::Value& json);
    void toJson(json::Writer& writer) const;
};

/// Whether `text` may be the id of a resource that others gave. R4 has 1 to 64 of A-Z a-z 0-9 - .
/// (datatypes: id); EHRs give longer ones and use "_", so that here it may have 255 of
/// these and "_". Ids that we give are UUIDs. Checked before an id goes into a URL.
bool isId(std::string_view text) noexcept;

/// A relative literal reference "Type/id".
struct TypeAndId {
    std::string type, id;
    std::string text() const { return type + "/" + id; }
};

/// Splits "Type/id", checking both halves; nullopt for any other text.
std::optional<TypeAndId> parseReference(std::string_view text);

/// The elements that every resource has.
struct ResourceHeader {
    std::string id;
    std::optional<Meta> meta;
    std::optional<std::string> language;
};

/// Throws Error{InvalidInput} if the resource is of another type, or has a `modifierExtension` or
/// `implicitRules`, which we do not know and which may change its meaning (R4, resource, section
/// 2.26.3.2).
ResourceHeader readHeader(const json::Value& json, std::string_view resourceType);

std::optional<Coding> findCoding(const json::Value& json, const json::Name& name);
std::optional<DateTime> findDateTime(const json::Value& json, const json::Name& name);
std::optional<CodeableConcept> findConcept(const json::Value& json, const json::Name& name);
std::optional<Reference> findReference(const json::Value& json, const json::Name& name);
std::optional<Period> findPeriod(const json::Value& json, const json::Name& name);

/// Writes `name` as it was sent, with its precision and zone; nothing if it is absent.
void writeDateTime(json::Writer& writer, std::string_view name,
                   const std::optional<DateTime>& moment);

}  // namespace fhir
