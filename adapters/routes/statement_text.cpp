#include "adapters/routes/statement_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "fhir/base/base64.h"

namespace adapters {
namespace {

constexpr std::string_view kXhtml = "application/xhtml+xml";
constexpr std::string_view kHeading = kPageTitle;
constexpr std::string_view kRule = "\n\n----\n";
constexpr std::string_view kUuidPrefix = "urn:uuid:";
constexpr std::string_view kWordsStart = R"(<p id="words">)";
constexpr std::string_view kLineBreak = "<br/>";
constexpr std::size_t kUuidUrnBytes = 45;

constexpr std::array<std::pair<char, std::string_view>, 5> kEscapes{
    {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\n', kLineBreak}}};

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        const auto* const found =
            std::find_if(kEscapes.begin(), kEscapes.end(), [&](auto& e) { return e.first == c; });
        if (found != kEscapes.end())
            result += found->second;
        else if (c != '\r')
            result += c;
    }
    return result;
}

std::string unescaped(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size();) {
        const auto* const found = std::find_if(kEscapes.begin(), kEscapes.end(), [&](auto& e) {
            return text.substr(i, e.second.size()) == e.second;
        });
        result += found != kEscapes.end() ? found->first : text[i];
        i += found != kEscapes.end() ? found->second.size() : 1;
    }
    return result;
}

/// The text of a page without its marks.
std::string withoutTags(std::string_view page) {
    std::string result;
    bool inTag = false;
    for (std::size_t i = 0; i < page.size(); ++i) {
        if (page.substr(i, 3) == "<br") result += '\n';
        if (page[i] == '<') inTag = true;
        if (!inTag) result += page[i];
        if (page[i] == '>') inTag = false;
    }
    return unescaped(result);
}

/// Letters and digits and signs alone: what is left when white space is laid out anew.
std::string withoutSpace(std::string_view text) {
    std::string result;
    for (const char c : text)
        if (c != ' ' && c != '\t' && c != '\r' && c != '\n') result += c;
    return result;
}

std::string identifierOf(const fhir::Observation& observation) {
    return observation.identifier.empty() ? "" : observation.identifier.front().value.value_or("");
}

constexpr std::string_view kByPatient = "Said by the patient";
constexpr std::string_view kForPatient = "Said by somebody who spoke for the patient";
constexpr std::string_view kOn = ", on ";

/// The first line of what stands below the words, "" where there is none.
std::string firstLine(std::string_view text) {
    return std::string(text.substr(0, text.find('\n')));
}

/// The paragraph that follows the words on a page.
std::string nextParagraph(std::string_view page) {
    constexpr std::string_view kStart = "<p>", kEnd = "</p>";
    const auto start = page.find(kStart);
    const auto end = page.find(kEnd, start == std::string_view::npos ? page.size() : start);
    if (end == std::string_view::npos) return {};
    return unescaped(page.substr(start + kStart.size(), end - start - kStart.size()));
}

/// The last "urn:uuid:…" of a text.
std::optional<std::string> lastUuid(std::string_view text) {
    const auto at = text.rfind(kUuidPrefix);
    if (at == std::string_view::npos || text.size() < at + kUuidUrnBytes) return std::nullopt;
    return std::string(text.substr(at, kUuidUrnBytes));
}

}  // namespace

std::optional<std::string> whyNotKept(const RouteContext& context,
                                      const fhir::Observation& observation) {
    const bool labelled = observation.meta && !observation.meta->security.empty();
    if (!labelled || context.profile.keepsSecurityLabels) return std::nullopt;
    return "The words are for the care team alone, and this EHR does not keep that label.";
}

std::optional<std::string> whyNoWords(const RouteContext& context, const Authored& authored) {
    const auto* observation = std::get_if<fhir::Observation>(&authored);
    if (observation == nullptr)
        return "This route writes what matters to a patient; this is a flag about a team.";
    if (observation->status == "entered-in-error")
        return "This route writes words; this takes words back.";
    if (observation->valueString.value_or("").empty())
        return "This route writes words; there are none, only a reason why.";
    return whyNotKept(context, *observation);
}

std::string saidBy(const fhir::Observation& observation) {
    std::string text(kByPatient);
    if (!observation.performer.empty()) {
        const auto& performer = observation.performer.front();
        if (performer.resourceType() != "Patient" && performer.type.value_or("") != "Patient") {
            text = kForPatient;
            if (performer.display) text += " (" + *performer.display + ")";
        }
    }
    if (observation.method && observation.method->text) text += ", " + *observation.method->text;
    if (observation.effectiveDateTime)
        text += std::string(kOn) + observation.effectiveDateTime->text();
    return text + ".";
}

void readSaidBy(std::string_view sentence, fhir::Observation& observation) {
    const bool isPatient =
        sentence.starts_with(kByPatient) && !sentence.substr(kByPatient.size()).empty();
    if ((!isPatient && !sentence.starts_with(kForPatient)) || !sentence.ends_with('.')) return;
    sentence.remove_suffix(1);
    sentence.remove_prefix(isPatient ? kByPatient.size() : kForPatient.size());
    if (const auto at = sentence.rfind(kOn); at != std::string_view::npos)
        if (auto said = fhir::DateTime::tryParse(sentence.substr(at + kOn.size()))) {
            if (!observation.effectiveDateTime) observation.effectiveDateTime = *std::move(said);
            sentence = sentence.substr(0, at);
        }
    fhir::Reference performer;
    performer.type = isPatient ? "Patient" : "RelatedPerson";
    if (isPatient && observation.subject) performer = *observation.subject;
    if (const auto end = sentence.rfind(')'); sentence.starts_with(" (") && end > 2) {
        performer.display = std::string(sentence.substr(2, end - 2));
        sentence.remove_prefix(end + 1);
    }
    if (observation.performer.empty()) observation.performer = {std::move(performer)};
    constexpr std::string_view kComma = ", ";
    if (sentence.starts_with(kComma) && !observation.method)
        observation.method = fhir::CodeableConcept{{}, std::string(sentence.substr(kComma.size()))};
}

std::string wordsAsText(const fhir::Observation& observation, std::string_view contentType) {
    const auto words = observation.valueString.value_or("");
    const auto foot = saidBy(observation);
    const auto identifier = identifierOf(observation);
    if (contentType != kXhtml)
        return std::string(kHeading) + "\n\n" + words + std::string(kRule) + foot + "\n" +
               identifier + "\n";
    const auto language = observation.language
                              ? R"( xml:lang=")" + escaped(*observation.language) + "\""
                              : std::string();
    return R"(<html xmlns="http://www.w3.org/1999/xhtml"><head><title>)" + std::string(kHeading) +
           "</title></head><body><h1>" + std::string(kHeading) + "</h1><div" + language + ">" +
           std::string(kWordsStart) + escaped(words) + "</p></div><p>" + escaped(foot) + "</p><p>" +
           escaped(identifier) + "</p></body></html>";
}

std::optional<ReadWords> readWords(std::string_view text, std::string_view contentType) {
    const auto identifier = lastUuid(text);
    if (!identifier) return std::nullopt;
    if (contentType == kXhtml) {
        const auto start = text.find(kWordsStart);
        if (start == std::string_view::npos) return std::nullopt;
        const auto from = start + kWordsStart.size();
        const auto end = text.find("</p>", from);
        if (end == std::string_view::npos) return std::nullopt;
        return ReadWords{unescaped(text.substr(from, end - from)), *identifier,
                         nextParagraph(text.substr(end))};
    }
    const auto start = std::string(kHeading) + "\n\n";
    const auto end = text.rfind(kRule);
    if (!text.starts_with(start) || end == std::string_view::npos || end < start.size())
        return std::nullopt;
    return ReadWords{std::string(text.substr(start.size(), end - start.size())), *identifier,
                     firstLine(text.substr(end + kRule.size()))};
}

bool holdsWords(std::string_view text, std::string_view contentType, std::string_view words) {
    const bool marked = contentType.find("html") != std::string_view::npos ||
                        contentType.find("xml") != std::string_view::npos;
    const auto plain = withoutSpace(marked ? withoutTags(text) : std::string(text));
    return plain.find(withoutSpace(words)) != std::string::npos;
}

std::string answeredWords(const fhir::QuestionnaireResponse& response, std::string_view linkId) {
    std::string words;
    bool isPartOnly = false;
    for (const auto* answer : response.answers(linkId)) {
        const auto* text = answer->value ? answer->value->text() : nullptr;
        const auto* coding =
            answer->value ? std::get_if<fhir::Coding>(&answer->value->value) : nullptr;
        const auto line = text != nullptr     ? *text
                          : coding != nullptr ? coding->display.value_or("")
                                              : std::string();
        isPartOnly = isPartOnly || line.empty();
        if (!line.empty()) words += (words.empty() ? "" : "\n") + line;
    }
    if (isPartOnly)
        throw fhir::Error(fhir::ErrorKind::InvalidInput,
                          "has an answer to the question that is no words", "/item");
    return words;
}

std::string flagAsText(const fhir::Flag& flag) {
    auto text = "Team flag: " + flag.code.label();
    if (flag.subject.display) text += " (" + *flag.subject.display + ")";
    return text;
}

}  // namespace adapters
