#include "plugin/cds/card.h"

#include <algorithm>

#include "fhir/base/json.h"
#include "plugin/cds/card_text.h"
#include "plugin/cds/detail.h"
#include "plugin/domain/text.h"

namespace plugin::cds {
namespace {

using domain::Statement;
using fhir::json::Writer;

constexpr const char* kRestricted =
    "What matters to this person was said, and is kept to the care team.";
constexpr const char* kUnknown = "Nobody has written down yet what matters to this person.";
constexpr const char* kUnread =
    "A part of the chart could not be read: what matters to this person may be written down there.";

/// Who spoke, after "by".
std::string speaker(const Statement& statement) {
    switch (statement.speaker) {
        case domain::Speaker::Patient:
            return "the patient";
        case domain::Speaker::RelatedPerson:
            return statement.speakerName.value_or("someone close") + ", for the patient";
        case domain::Speaker::Unknown:
            return statement.speakerName.value_or("someone") +
                   ", or by the patient: it is not known";
    }
    return {};
}

const char* headingOf(domain::Aspect aspect) {
    switch (aspect) {
        case domain::Aspect::Now:
            return "What matters most now";
        case domain::Aspect::AboutMe:
            return "About me";
        case domain::Aspect::WhoMatters:
            return "Who matters to me";
        case domain::Aspect::PleaseDo:
            return "Please do";
        case domain::Aspect::PleaseDoNot:
            return "Please do not";
        case domain::Aspect::HowToTalkWithMe:
            return "How to talk with me";
    }
    return "";
}

/// The statement whose words are shown, nullptr where there are none.
const Statement* spoken(const CardParts& parts) {
    const auto* statement = parts.summary.judgement.current;
    return statement == nullptr || statement->text.empty() ? nullptr : statement;
}

/// The other of two sayings that conflict, nullptr where there is none.
const Statement* contradicting(const CardParts& parts) {
    const auto* other = parts.summary.judgement.other;
    return other == nullptr || other->text.empty() ? nullptr : other;
}

std::string originOf(const Detail& detail, const Statement& statement, const CardParts& parts) {
    const auto when = domain::isTimeKnown(statement)
                          ? domain::ago(statement.said, parts.now) + " by "
                          : std::string("at an unknown time by ");
    return "Said " + when + detail.inert(shorten(speaker(statement), kSummaryCharactersMax)) + ".";
}

void writeOrigin(Detail& detail, const Statement& statement, const CardParts& parts) {
    auto origin = originOf(detail, statement, parts);
    if (parts.summary.judgement.freshness != domain::Freshness::Fresh)
        origin += " " + detail.inert(parts.summary.judgement.reason);
    detail.paragraph(origin);
    const auto isRead = [&](const std::string& language) {
        return isSameLanguage(language, *statement.language);
    };
    if (statement.language &&
        std::none_of(parts.readerLanguages.begin(), parts.readerLanguages.end(), isRead))
        detail.paragraph("In their own language (" +
                         detail.inert(languageName(*statement.language, "en")) + ").");
}

/// Of two sayings that conflict both are shown, each with who said it; only a conversation decides
/// between them.
void writeOther(Detail& detail, const CardParts& parts) {
    const auto* other = contradicting(parts);
    if (other == nullptr) return;
    if (other->keepToTeam)
        detail.paragraph("Something else was said, and is kept to the care team.");
    else
        detail.paragraph("Also said:").quote(other->text);
    detail.paragraph(originOf(detail, *other, parts));
}

/// The last line: what these words are, and what they are not.
const char* remarkOf(const CardParts& parts) {
    for (const auto* one : {spoken(parts), contradicting(parts)})
        if (one != nullptr && one->speaker != domain::Speaker::Patient)
            return "Words as they were said, by whom it says. Not orders, not an advance "
                   "directive.";
    return "Their own words. Not orders, not an advance directive.";
}

/// What is said where there are no words.
const char* wordless(const CardParts& parts) {
    return parts.isUnread ? kUnread : kUnknown;
}

Detail detailOf(const CardParts& parts, const adapters::Profile& profile) {
    Detail detail(profile.cards.detail);
    const auto* statement = spoken(parts);
    if (statement == nullptr) {
        detail.paragraph(wordless(parts));
    } else if (statement->keepToTeam) {
        detail.paragraph(std::string(kRestricted) + " Open the page to read it.");
        writeOrigin(detail, *statement, parts);
        writeOther(detail, parts);
    } else {
        detail.heading(headingOf(parts.summary.aspect)).quote(statement->text);
        writeOrigin(detail, *statement, parts);
        writeOther(detail, parts);
    }
    if (parts.heldFrom)
        detail.paragraph("The chart could not be read in time; this was known " +
                         domain::ago(fhir::DateTime::fromInstant(*parts.heldFrom), parts.now) +
                         ".");
    else if (parts.isUnread && statement != nullptr)
        detail.paragraph("A part of the chart could not be read: more may be written down there.");
    if (parts.lacksKept)
        detail.paragraph("The companion server could not be read in time: more may be kept there.");
    if (!parts.nudge.empty()) detail.paragraph(parts.nudge);
    if (statement == nullptr) return detail;
    if (parts.hook == Hook::EncounterDischarge)
        detail.paragraph("Does the plan for what comes next fit these words?");
    return detail.remark(remarkOf(parts));
}

/// Who said it, then the words, in so many characters. "" where the words have nothing to see.
std::string saying(const Statement& statement, std::size_t charactersMax) {
    constexpr std::size_t kSpeakerCharactersMax = 40;
    const auto who = shorten(domain::speakerLabel(statement), kSpeakerCharactersMax) + ": ";
    if (statement.keepToTeam) return who + "kept to the care team";
    const auto left = charactersMax - domain::codePoints(who).value_or(who.size());
    const auto words = shorten(statement.text, left);
    return words.empty() ? words : who + words;
}

/// That two things were said, and both, the newer one first.
std::string summaryOfTwo(const Statement& statement, const Statement& other) {
    constexpr std::string_view kTwo = "Two things were said. ";
    constexpr std::string_view kBetween = " \u2013 ";
    constexpr std::size_t kEach = (kSummaryCharactersMax - kTwo.size() - 3) / 2;
    auto first = saying(statement, kEach);
    auto second = saying(other, kEach);
    if (first.empty() || second.empty()) return std::string(kTwo) + first + second;
    return std::string(kTwo) + first + std::string(kBetween) + second;
}

/// A summary is often all that is read: words of anybody but the patient begin with who said them.
std::string summaryOf(const CardParts& parts) {
    const auto* statement = spoken(parts);
    if (statement == nullptr) return wordless(parts);
    if (const auto* other = contradicting(parts)) return summaryOfTwo(*statement, *other);
    if (statement->keepToTeam) return kRestricted;
    const auto words = statement->speaker == domain::Speaker::Patient
                           ? shorten(statement->text, kSummaryCharactersMax)
                           : saying(*statement, kSummaryCharactersMax);
    // Words of nothing but what cannot be seen: the card must still have a summary.
    return words.empty() ? "What matters to this person was said." : words;
}

void writeSource(Writer& writer) {
    writer.key("source")
        .beginObject()
        .member("label", "What Matters")
        .key("topic")
        .beginObject()
        .member("system", kTopicSystem)
        .member("code", "whatmatters")
        .member("display", "What matters to this person")
        .endObject()
        .endObject();
}

/// What the page is told when the EHR opens it from the card (Link: appContext). No patient: who
/// it is about comes from the launch alone.
std::string appContextOf(const CardParts& parts) {
    Writer writer;
    writer.beginObject()
        .member("view", "patient")
        .member("step", parts.nudge.empty() ? "read" : "ask")
        .member("card", parts.uuid)
        .endObject();
    return writer.take();
}

void writeLink(Writer& writer, const CardParts& parts) {
    const bool isToAsk = spoken(parts) == nullptr && !parts.isUnread;
    writer.key("links")
        .beginArray()
        .beginObject()
        .member("label", isToAsk ? "Write down what matters" : "What matters")
        .member("url", parts.launchUrl)
        .member("type", "smart")
        .member("appContext", appContextOf(parts))
        .endObject()
        .endArray();
}

void writeOverrideReasons(Writer& writer) {
    writer.key("overrideReasons").beginArray();
    for (const auto& reason : overrideReasons())
        writer.beginObject()
            .member("system", kOverrideReasonSystem)
            .member("code", reason.code)
            .member("display", reason.display)
            .endObject();
    writer.endArray();
}

}  // namespace

const std::vector<OverrideReason>& overrideReasons() {
    static const std::vector<OverrideReason> kReasons{
        {"known", "I know this already"},
        {"talked", "We have talked about it"},
        {"not-now", "This is not the moment to ask"},
        {"no-longer-fits", "It no longer fits this person"},
        {"not-mine", "Somebody else of the team looks after this"},
    };
    return kReasons;
}

std::optional<CardKind> kindOf(const CardParts& parts) {
    const auto* statement = spoken(parts);
    if (statement == nullptr && parts.isUnread) return CardKind::Unread;
    if (statement == nullptr)
        return parts.nudge.empty() ? std::nullopt : std::optional(CardKind::Ask);
    if (!parts.nudge.empty()) return CardKind::WordsAndAsk;
    if (statement->keepToTeam) return CardKind::Restricted;
    return parts.summary.judgement.freshness == domain::Freshness::Fresh ? CardKind::Words
                                                                         : CardKind::WordsToCheck;
}

std::optional<std::string> cardJson(const CardParts& parts, const adapters::Profile& profile) {
    if (!kindOf(parts)) return std::nullopt;
    const auto detail = detailOf(parts, profile);
    Writer writer;
    writer.beginObject()
        .member("uuid", parts.uuid)
        .member("summary", summaryOf(parts))
        .member("indicator", "info")
        .member("detail", detail.text());
    writeSource(writer);
    if (!parts.launchUrl.empty()) writeLink(writer, parts);
    if (!parts.uuid.empty()) writeOverrideReasons(writer);
    if (!profile.cards.detailExtension.empty())
        writer.key("extension")
            .beginObject()
            .member(profile.cards.detailExtension, detail.mediaType())
            .endObject();
    return writer.endObject().take();
}

}  // namespace plugin::cds
