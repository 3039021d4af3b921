#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/base/error.h"
#include "fhir/r4/observation.h"

namespace plugin::domain {

/// What a statement is about. One statement is one aspect (DESIGN, section 5).
enum class Aspect { Now, AboutMe, WhoMatters, PleaseDo, PleaseDoNot, HowToTalkWithMe };

const char* toString(Aspect aspect) noexcept;  ///< "now", "about-me", …
std::optional<Aspect> parseAspect(std::string_view text) noexcept;
const std::vector<Aspect>& allAspects();

/// Who said it. Staff never speak for a patient. `Unknown`: in others' records it cannot be told;
/// it may have been the patient, and is never shown as their own words.
enum class Speaker { Patient, RelatedPerson, Unknown };
const char* toString(Speaker speaker) noexcept;  ///< "patient", "related-person", "unknown"

/// How it was asked: Observation.method.text.
enum class Method { InPerson, Phone, Portal, Interpreter, Observed };
const char* toString(Method method) noexcept;  ///< "in-person", "phone", "portal", …
std::optional<Method> parseMethod(std::string_view text) noexcept;

/// Why there are no words: codes of Observation.dataAbsentReason
/// (http://terminology.hl7.org/CodeSystem/data-absent-reason).
enum class Absent { AskedDeclined, AskedUnknown, TempUnknown };
const char* toString(Absent reason) noexcept;  ///< "asked-declined", …
std::optional<Absent> parseAbsent(std::string_view text) noexcept;

/// What somebody said matters to them, in their own words, or that they were asked and gave none.
struct Statement {
    std::string id{};       ///< "urn:uuid:…", ours; for others' statements "Observation/9"
    std::string patient{};  ///< Patient id
    std::optional<std::string> encounter{};  ///< Encounter id
    Aspect aspect = Aspect::Now;
    std::string text{};  ///< verbatim; empty if, and only if, `absent` is set
    std::optional<Absent> absent{};
    std::optional<std::string> language{};  ///< BCP 47
    fhir::DateTime said;  ///< when it was said, with the precision known; see `isTimeKnown`
    std::optional<fhir::DateTime> recorded{};
    Speaker speaker = Speaker::Patient;
    /// Name of a related person, or of who may have spoken (`Unknown`). May be absent: at the
    /// bedside, "her neighbour said" must be accepted without a name. The words are still marked as
    /// not the patient's own.
    std::optional<std::string> speakerName{};
    std::optional<std::string> speakerReference{};  ///< "RelatedPerson/4" if known
    std::optional<Method> method{};
    std::optional<std::string> note{};
    bool keepToTeam = false;  ///< meta.security: for the care team only
    bool retracted = false;   ///< entered-in-error
    /// The id of the statement that this one replaces; "Observation/9" for others' statements.
    /// Known by the extension observation-replaces; between two of ours by `derivedFrom` too.
    std::optional<std::string> replaces{};
    /// The reference in the EHR; the absolute URL if a companion server holds it.
    std::optional<std::string> location{};
    /// The resource in JSON as the EHR sent it, of whatever form; "" for what was not read now.
    std::string original{};
};

/// Who said it, in words to stand before it: "The patient", "Petra, daughter", "Somebody close".
std::string speakerLabel(const Statement& statement);

/// Most characters (code points) of the words, the note and a name that are accepted.
inline constexpr std::size_t kTextCharactersMax = 2000;
inline constexpr std::size_t kNoteCharactersMax = 1000;
inline constexpr std::size_t kNameCharactersMax = 200;

/// Whether anybody recorded when it was said. Others' Observations may have no date at all; then
/// `said` is the year 1700, so that the words are shown but never look new. Any other year before
/// 1900 is a placeholder too.
bool isTimeKnown(const Statement& statement) noexcept;

/// Whether a moment lies after `now` even when clocks differ by 5 minutes; for dates without a
/// time, even in the easternmost time zone (14 hours ahead of UTC).
bool isInTheFuture(const fhir::DateTime& moment, fhir::Instant now) noexcept;

/// Whether other words replace this statement now: a statement of the same patient replaces it and
/// is not retracted, or is itself replaced by one that holds now. The old words stay readable.
bool isReplaced(const Statement& statement, const std::vector<Statement>& all);

/// Every fault of a statement that is to be recorded now, each with a JSON pointer into the form
/// ("/text", "/said"); empty if it may be recorded.
std::vector<fhir::Issue> faults(const Statement& statement, fhir::Instant now);

/// The code system of our aspects, the third coding of Observation.code.
inline constexpr std::string_view kAspectSystem =
    "https://whatmatters.example/fhir/CodeSystem/aspect";

/// The Observation of DESIGN, section 5. `withPcoCategory` adds the temporary PCO category.
///
/// `keepToTeam` becomes two labels in meta.security. "care team compartment" (v3-ActCode CTCOMPT)
/// is the standard's name for exactly this; "restricted" (v3-Confidentiality R) is the coarser
/// label that most systems act on. Either of them, and any stricter label, is read as `keepToTeam`.
fhir::Observation toObservation(const Statement& statement, bool withPcoCategory = false);

/// Reads a statement that we or others wrote, whose references are `adapters::nameLocally`'s:
/// an absolute one is another server's. nullopt if it says nothing to show: neither words nor
/// a reason for their absence, no patient, no id, a focus on somebody else, or a status without a
/// statement (registered, cancelled …). Retracted ones are read even without words: they retract
/// other copies. The caller must know that the Observation is a statement (adapters::isStatement).
///
/// Others' statements have no aspect of ours. "Things that matter to me" (81363-4) and the PCO
/// category answer the question of the day and are `now`: a lasting wish read as `now` costs one
/// question more, but the opposite error would make old words look fresh. Anything else (95541-9
/// alone, likes, dislikes and fears, beliefs) is about the person: `about-me`.
std::optional<Statement> fromObservation(const fhir::Observation& observation);

}  // namespace plugin::domain
