#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/routes/route.h"
#include "fhir/r4/questionnaire_response.h"

namespace adapters {

/// Title of the texts that we write, by which they are found again.
inline constexpr const char* kPageTitle = "What matters to me";

/// Why a route that writes text instead of our Observation cannot take this: it is a flag, has no
/// words, retracts another statement, or has a security label that the EHR does not keep.
std::optional<std::string> whyNoWords(const RouteContext& context, const Authored& authored);

/// Why words that are for the care team alone cannot go to this EHR; nullopt if they can, and for
/// all other words.
std::optional<std::string> whyNotKept(const RouteContext& context,
                                      const fhir::Observation& observation);

/// A sentence about who said it and when: "Said by the patient on 2026-03-10T09:30:00Z." or
/// "Said by somebody who spoke for the patient (Anna), by phone, on …".
std::string saidBy(const fhir::Observation& observation);

/// Reads such a sentence and sets those of performer, method and time that the Observation does not
/// have. Any other sentence changes nothing.
void readSaidBy(std::string_view sentence, fhir::Observation& observation);

/// The statement as a text of that media type: a heading, the words as they were said, who said
/// them, and our identifier, so that it is found again. XHTML is well-formed and holds only text.
std::string wordsAsText(const fhir::Observation& observation, std::string_view contentType);

/// The parts of a text that `wordsAsText` made.
struct ReadWords {
    std::string words;
    std::string identifier;  ///< "urn:uuid:…"
    std::string saidBy;      ///< the sentence about who said it
};

/// Reads a text that `wordsAsText` made; nullopt for any other text, also for one whose layout an
/// EHR has changed.
std::optional<ReadWords> readWords(std::string_view text, std::string_view contentType);

/// Whether a text still holds the words, however its layout was changed.
bool holdsWords(std::string_view text, std::string_view contentType, std::string_view words);

/// The words of a form: every answer to the question, in order, a line each; of a coded answer its
/// display. "" where nothing was answered. Throws Error{InvalidInput} where an answer is something
/// else than words: what is left of a saying is not that saying.
std::string answeredWords(const fhir::QuestionnaireResponse& response, std::string_view linkId);

/// The name of a team flag for people; holds nobody's own words: "Team flag: strain (Ward 7 team)".
std::string flagAsText(const fhir::Flag& flag);

}  // namespace adapters
