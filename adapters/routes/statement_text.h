#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/routes/route.h"

namespace adapters {

/// Title of the pages that we write, by which they are found again.
inline constexpr const char* kPageTitle = "What matters to me";

/// Why a route that writes words, and no Observation of our own making, cannot take this: it is a
/// flag, has no words, retracts others, or bears a label that the EHR does not keep.
std::optional<std::string> whyNoWords(const RouteContext& context, const Authored& authored);

/// Why words that are for the care team alone cannot go to this EHR.
std::optional<std::string> whyNotKept(const RouteContext& context,
                                      const fhir::Observation& observation);

/// A sentence about who said it and when: "Said by the patient on 2026-03-10T09:30:00Z." or
/// "Said by somebody who spoke for the patient (Anna), by phone, on …".
std::string saidBy(const fhir::Observation& observation);

/// What such a sentence says, put into an Observation that says nothing of it: performer, method
/// and when. What is no such sentence changes nothing.
void readSaidBy(std::string_view sentence, fhir::Observation& observation);

/// The statement as a page of text, of that media type: a heading, the words as they were said,
/// who said them, and our identifier, so that it is found again. XHTML is well-formed and holds
/// nothing but text.
std::string wordsAsText(const fhir::Observation& observation, std::string_view contentType);

/// A page of text that `wordsAsText` made, taken apart again.
struct ReadWords {
    std::string words;
    std::string identifier;  ///< "urn:uuid:…"
    std::string saidBy;      ///< the sentence about it
};

/// nullopt where the text is not one that `wordsAsText` made: also one that an EHR has laid out
/// anew.
std::optional<ReadWords> readWords(std::string_view text, std::string_view contentType);

/// Whether a page of text, however it was laid out anew, still holds the words.
bool holdsWords(std::string_view text, std::string_view contentType, std::string_view words);

/// The name of a team flag for people, without a word from anybody: "Team flag: strain (Ward 7
/// team)".
std::string flagAsText(const fhir::Flag& flag);

}  // namespace adapters
