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

    static Coding fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
    void toJson(json::Writer& writer) const;
    bool operator==(const Coding&) const = default;
};

struct CodeableConcept {
    std::vector<Coding> coding;
    std::optional<std::string> text;

    bool has(std::string_view system, std::string_view code) const noexcept;
    /// The text for people: `text`, else the first display, else the first code.
    std::string label() const;
    /// The text, else the first display: what somebody can read; "" where there are codes alone.
    std::string words() const;
    static CodeableConcept fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
    void toJson(json::Writer& writer) const;
    bool operator==(const CodeableConcept&) const = default;
};

/// Where its system stands there and cannot be read, its value identifies nobody.
struct Identifier {
    std::optional<std::string> use, system, value;
    std::optional<CodeableConcept> type{};  ///< MR, PI, …: the kind of number

    static Identifier fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
    void toJson(json::Writer& writer) const;
    bool operator==(const Identifier&) const = default;
};

/// `reference` is "Type/id", an absolute URL, "urn:uuid:…" or "#contained". Where it stands there
/// and cannot be read, nothing is known of what the whole names.
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
    static Reference fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
    void toJson(json::Writer& writer) const;
    bool operator==(const Reference&) const = default;
};

/// Somebody of whom nothing is known: stands in the place of a reference to a person that cannot be
/// read, where none would mean somebody else.
Reference somebody();

struct Period {
    std::optional<DateTime> start, end;

    /// Whether it has begun at `now` and has not ended; a missing end counts as open. A start that
    /// is a day may be one of a zone where that day comes earlier, and clocks differ: it counts 14
    /// hours before, a time 5 minutes.
    bool covers(Instant now) const noexcept;

    static Period fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
    void toJson(json::Writer& writer) const;
    bool operator==(const Period&) const = default;
};

struct HumanName {
    std::optional<std::string> use, text, family;
    std::vector<std::string> given, prefix, suffix;
    std::optional<Period> period{};

    static HumanName fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
    void toJson(json::Writer& writer) const;
    bool operator==(const HumanName&) const = default;
};

/// The name to call a person by at `now`: of those whose period covers it, usual before official
/// before unspecified before nickname before the rest; of two of one use the one that began last.
/// Where none is current, the one that ended last, then one that is still to begin. Never old or
/// maiden. The words are `text` if present, else prefix, given, family, suffix. "" if there is no
/// name.
std::string displayName(const std::vector<HumanName>& names, Instant now);

struct Meta {
    std::optional<std::string> versionId, lastUpdated;
    std::vector<std::string> profile;
    std::vector<Coding> security, tag;

    static Meta fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
    void toJson(json::Writer& writer) const;
    bool operator==(const Meta&) const = default;
};

struct Annotation {
    std::string text;

    static Annotation fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
    void toJson(json::Writer& writer) const;
    bool operator==(const Annotation&) const = default;
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

/// Checks what every resource must be, and returns its id; "" if it has none. Throws
/// Error{InvalidInput} if the resource is of another type, its id is none, or if it has a
/// `modifierExtension` or `implicitRules`, which we do not know and which may change its meaning
/// (R4, resource, section 2.26.3.2).
std::string readHeader(const json::Value& json, std::string_view resourceType);

/// Reads `meta`. A security label that cannot be read stands as the strictest of all.
std::optional<Meta> readMeta(const json::Value& json, json::Wanted& wanted);

/// A date without a time. One with a time is as if it were absent: which day that is where the
/// date counts, a zone that is unsaid or another one does not tell.
std::optional<DateTime> findDate(const json::Value& json, const json::Name& name,
                                 json::Wanted& wanted);

/// Writes `name` as it was sent, with its precision and zone; nothing if it is absent.
void writeDateTime(json::Writer& writer, std::string_view name,
                   const std::optional<DateTime>& moment);

}  // namespace fhir
