#include "plugin/domain/statement.h"

#include <algorithm>
#include <array>

#include "plugin/domain/text.h"
#include "plugin/domain/uuid_urn.h"

namespace plugin::domain {
namespace {

template <class Enum>
struct Name {
    Enum value;
    const char* name;
};

constexpr std::array<Name<Aspect>, 6> kAspects{{{Aspect::Now, "now"},
                                                {Aspect::AboutMe, "about-me"},
                                                {Aspect::WhoMatters, "who-matters"},
                                                {Aspect::PleaseDo, "please-do"},
                                                {Aspect::PleaseDoNot, "please-do-not"},
                                                {Aspect::HowToTalkWithMe, "how-to-talk-with-me"}}};
constexpr std::array<Name<Method>, 5> kMethods{{{Method::InPerson, "in-person"},
                                                {Method::Phone, "phone"},
                                                {Method::Portal, "portal"},
                                                {Method::Interpreter, "interpreter"},
                                                {Method::Observed, "observed"}}};
constexpr std::array<Name<Absent>, 3> kAbsents{{{Absent::AskedDeclined, "asked-declined"},
                                                {Absent::AskedUnknown, "asked-unknown"},
                                                {Absent::TempUnknown, "temp-unknown"}}};

template <class Table, class Enum>
const char* nameOf(const Table& table, Enum value) noexcept {
    for (const auto& entry : table)
        if (entry.value == value) return entry.name;
    return "";
}

template <class Table>
auto valueOf(const Table& table, std::string_view text) noexcept
    -> std::optional<decltype(table.front().value)> {
    for (const auto& entry : table)
        if (text == entry.name) return entry.value;
    return std::nullopt;
}

/// Language tags (BCP 47, RFC 5646 section 2.1) by their form: 2 to 8 letters, then subtags of 1
/// to 8 letters and digits. Whether a tag is registered is not asked.
bool isLanguageTag(std::string_view tag) noexcept {
    constexpr std::size_t kTagBytesMax = 35;
    const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    if (tag.size() > kTagBytesMax) return false;
    bool isFirst = true;
    while (true) {
        const auto end = std::min(tag.find('-'), tag.size());
        const auto subtag = tag.substr(0, end);
        const bool hasForm = std::all_of(subtag.begin(), subtag.end(), [&](char c) {
            return isLetter(c) || (!isFirst && isDigit(c));
        });
        if (!hasForm || subtag.size() > 8 || subtag.size() < (isFirst ? 2U : 1U)) return false;
        if (end == tag.size()) return true;
        tag.remove_prefix(end + 1);
        isFirst = false;
    }
}

/// The year as written: an Instant counts nanoseconds and holds the years 1678 to 2261 only.
std::string_view yearText(const fhir::DateTime& moment) noexcept {
    return std::string_view(moment.text()).substr(0, 4);
}

bool isBefore1900(const fhir::DateTime& moment) noexcept {
    return yearText(moment) < "1900";
}

class Faults {
public:
    void add(const char* path, std::string text) { issues_.push_back({path, std::move(text)}); }
    void addIf(bool isWrong, const char* path, const char* text) {
        if (isWrong) add(path, text);
    }
    void checkWords(const char* path, const std::optional<std::string>& words, std::size_t most) {
        if (!words) return;
        if (auto why = whyNotWords(*words, most)) add(path, *std::move(why));
    }
    std::vector<fhir::Issue> take() { return std::move(issues_); }

private:
    std::vector<fhir::Issue> issues_;
};

void checkText(const Statement& statement, Faults& faults) {
    if (statement.absent) {
        faults.addIf(!statement.text.empty(), "/text",
                     "there are words and a reason why there are none: keep one of the two");
    } else if (isBlank(statement.text)) {
        faults.add("/text",
                   "is empty: write what the person said, or give the reason why there are no "
                   "words (absent)");
    } else {
        faults.checkWords("/text", statement.text, kTextCharactersMax);
    }
}

void checkTimes(const Statement& statement, fhir::Instant now, Faults& faults) {
    const auto& said = statement.said;
    faults.addIf(isInTheFuture(said, now), "/said",
                 "lies in the future: check the date and the time zone");
    faults.addIf(isBefore1900(said), "/said", "lies before 1900: check the year");
    if (!statement.recorded) return;
    faults.addIf(statement.recorded->precision() != fhir::DateTime::Precision::Second, "/recorded",
                 "must be an exact time, such as 2026-03-07T08:15:00Z");
    faults.addIf(isInTheFuture(*statement.recorded, now), "/recorded",
                 "lies in the future: check the clock of the device");
}

void checkSpeaker(const Statement& statement, Faults& faults) {
    faults.checkWords("/speakerName", statement.speakerName, kNameCharactersMax);
    faults.addIf(statement.speaker == Speaker::Unknown, "/by",
                 "must be the patient or a related person: who writes it down knows who spoke");
    if (statement.speaker == Speaker::Patient) {
        faults.addIf(statement.speakerName.has_value(), "/speakerName",
                     "belongs to a related person: leave it out where the patient spoke");
        faults.addIf(statement.speakerReference.has_value(), "/speakerReference",
                     "belongs to a related person: leave it out where the patient spoke");
    } else if (statement.speakerReference) {
        const auto reference = fhir::parseReference(*statement.speakerReference);
        faults.addIf(!reference || reference->type != "RelatedPerson", "/speakerReference",
                     "must name a RelatedPerson, such as RelatedPerson/4: staff never speak for a "
                     "patient");
    }
}

bool isNameOfStatement(std::string_view name) {
    if (isUuidUrn(name)) return true;
    const auto reference = fhir::parseReference(name);
    return reference && reference->type == "Observation";
}

bool replaces(const Statement& newer, const Statement& older) {
    return newer.replaces && (*newer.replaces == older.id || newer.replaces == older.location);
}

}  // namespace

const char* toString(Aspect aspect) noexcept {
    return nameOf(kAspects, aspect);
}
std::optional<Aspect> parseAspect(std::string_view text) noexcept {
    return valueOf(kAspects, text);
}
const std::vector<Aspect>& allAspects() {
    static const std::vector<Aspect> all = [] {
        std::vector<Aspect> result;
        for (const auto& entry : kAspects) result.push_back(entry.value);
        return result;
    }();
    return all;
}

const char* toString(Speaker speaker) noexcept {
    switch (speaker) {
        case Speaker::Patient:
            return "patient";
        case Speaker::RelatedPerson:
            return "related-person";
        case Speaker::Unknown:
            return "unknown";
    }
    return "unknown";
}

std::string speakerLabel(const Statement& statement) {
    switch (statement.speaker) {
        case Speaker::Patient:
            return "The patient";
        case Speaker::RelatedPerson:
            return statement.speakerName.value_or("Somebody close");
        case Speaker::Unknown:
            return statement.speakerName.value_or("Somebody") + ", or the patient";
    }
    return {};
}

const char* toString(Method method) noexcept {
    return nameOf(kMethods, method);
}
std::optional<Method> parseMethod(std::string_view text) noexcept {
    return valueOf(kMethods, text);
}

const char* toString(Absent reason) noexcept {
    return nameOf(kAbsents, reason);
}
std::optional<Absent> parseAbsent(std::string_view text) noexcept {
    return valueOf(kAbsents, text);
}

bool isTimeKnown(const Statement& statement) noexcept {
    return !isBefore1900(statement.said);
}

bool isInTheFuture(const fhir::DateTime& moment, fhir::Instant now) noexcept {
    using namespace std::chrono_literals;
    const bool isExact = moment.precision() == fhir::DateTime::Precision::Second;
    return yearText(moment) >= "2200" ||
           moment.earliest() > now + (isExact ? std::chrono::minutes(5) : 14h);
}

std::vector<fhir::Issue> faults(const Statement& statement, fhir::Instant now) {
    Faults faults;
    faults.addIf(!isUuidUrn(statement.id), "/id",
                 "must be urn:uuid: and a UUID in lower case, made once for this statement");
    faults.addIf(!fhir::isId(statement.patient), "/patient",
                 "is not the id of a Patient: 1 to 64 letters, digits, dashes and dots");
    faults.addIf(statement.encounter && !fhir::isId(*statement.encounter), "/encounter",
                 "is not the id of an Encounter: 1 to 64 letters, digits, dashes and dots");
    checkText(statement, faults);
    faults.addIf(statement.language && !isLanguageTag(*statement.language), "/language",
                 "is no language tag (BCP 47), such as en, pt-BR or zh-Hant");
    checkTimes(statement, now, faults);
    checkSpeaker(statement, faults);
    faults.checkWords("/note", statement.note, kNoteCharactersMax);
    if (statement.replaces)
        faults.addIf(*statement.replaces == statement.id || !isNameOfStatement(*statement.replaces),
                     "/replaces",
                     "must name the statement that is replaced: urn:uuid: and its UUID, or "
                     "Observation/ and its id in the EHR");
    return faults.take();
}

bool isReplaced(const Statement& statement, const std::vector<Statement>& all) {
    // From the replaced to what replaces it, for as long as that is itself replaced.
    std::vector<const Statement*> found{&statement};
    for (std::size_t i = 0; i < found.size(); ++i)
        for (const auto& other : all) {
            if (other.patient != statement.patient || !replaces(other, *found[i])) continue;
            if (!other.retracted) return true;
            if (std::find(found.begin(), found.end(), &other) == found.end())
                found.push_back(&other);
        }
    return false;
}

}  // namespace plugin::domain
