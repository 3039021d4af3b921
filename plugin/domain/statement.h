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

/// Who said it. Staff never speak for a patient.
enum class Speaker { Patient, RelatedPerson };

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
    std::string id;         ///< "urn:uuid:…", ours; for others' statements "Observation/9"
    std::string patient;    ///< Patient id
    std::optional<std::string> encounter;  ///< Encounter id
    Aspect aspect = Aspect::Now;
    std::string text;       ///< verbatim; empty exactly where `absent` is set
    std::optional<Absent> absent;
    std::optional<std::string> language;  ///< BCP 47
    fhir::DateTime said;                  ///< when it was said, with the precision known
    std::optional<fhir::DateTime> recorded;
    Speaker speaker = Speaker::Patient;
    std::optional<std::string> speakerName;       ///< of a related person
    std::optional<std::string> speakerReference;  ///< "RelatedPerson/4" where known
    std::optional<Method> method;
    std::optional<std::string> note;
    bool keepToTeam = false;   ///< meta.security: for the care team only
    bool retracted = false;    ///< entered-in-error
    std::optional<std::string> location;  ///< where the EHR or the companion holds it
};

/// Most characters (code points) of the words, the note and a name that are accepted.
inline constexpr std::size_t kTextCharactersMax = 2000;
inline constexpr std::size_t kNoteCharactersMax = 1000;
inline constexpr std::size_t kNameCharactersMax = 200;

/// Every fault of a statement that is to be recorded now, each with a JSON pointer into the form
/// ("/text", "/said"); empty where it may be recorded.
std::vector<fhir::Issue> faults(const Statement& statement, fhir::Instant now);

/// The Observation of DESIGN, section 5. `withPcoCategory` adds the temporary PCO category.
fhir::Observation toObservation(const Statement& statement, bool withPcoCategory = false);

/// Reads a statement that we or others wrote. nullopt where it says nothing to show: no words, no
/// reason for their absence, no patient, a status that is not a saying (registered, cancelled …).
std::optional<Statement> fromObservation(const fhir::Observation& observation);

}  // namespace plugin::domain
