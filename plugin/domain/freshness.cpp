#include "plugin/domain/freshness.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <tuple>

namespace plugin::domain {
namespace {

using namespace std::chrono;
using Precision = fhir::DateTime::Precision;

/// A statement with the one moment that stands for when it was said.
struct Dated {
    const Statement* statement;
    std::optional<fhir::Instant> said;      ///< nullopt where nobody knows
    std::optional<fhir::Instant> recorded;  ///< nullopt where nobody knows
};

std::optional<fhir::Instant> momentOf(const fhir::DateTime& time, fhir::Instant now) {
    if (isInTheFuture(time, now)) return std::nullopt;
    const bool isVague =
        time.precision() == Precision::Year || time.precision() == Precision::Month;
    return std::min(isVague ? time.earliest() : time.latest(), now);
}

Dated dated(const Statement& statement, fhir::Instant now) {
    Dated result{&statement, std::nullopt, std::nullopt};
    if (isTimeKnown(statement)) result.said = momentOf(statement.said, now);
    if (statement.recorded) result.recorded = momentOf(*statement.recorded, now);
    // A day counts as its end. Of a day that has not ended, what was written down was said before;
    // to the second, as pages say it, or a part of one would decide.
    if (result.said && result.recorded && statement.said.latest() > now)
        result.said =
            std::min(*result.said, fhir::Instant(floor<std::chrono::seconds>(*result.recorded)));
    return result;
}

/// Newest first. What was said at an unknown time is as old as its record.
bool isNewer(const Dated& left, const Dated& right) {
    const auto key = [](const Dated& one) {
        return std::tuple(one.said ? one.said : one.recorded, one.recorded,
                          one.statement->said.precision(), std::string_view(one.statement->id));
    };
    return key(left) > key(right);
}

std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view kBlanks = " \t\r\n";
    const auto first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool sameWords(const Statement& left, const Statement& right) noexcept {
    return trimmed(left.text) == trimmed(right.text);
}

bool sameSpeaker(const Statement& left, const Statement& right) {
    if (left.speaker != right.speaker) return false;
    if (left.speaker == Speaker::Patient) return true;
    if (left.speaker == Speaker::Unknown)
        return left.speakerName && left.speakerName == right.speakerName;
    if (left.speakerReference && right.speakerReference)
        return left.speakerReference == right.speakerReference;
    return left.speakerName == right.speakerName;
}

bool conflict(const Dated& newer, const Dated& older) {
    if (sameWords(*newer.statement, *older.statement)) return false;
    if (!newer.said || !older.said) return false;
    const auto precision = [](const Dated& one) { return one.statement->said.precision(); };
    if (*newer.said == *older.said) {
        // On one day the later record corrects the earlier one; one instant has no order.
        const bool isInstant =
            precision(newer) == Precision::Second && precision(older) == Precision::Second;
        const bool isOrdered = newer.recorded && older.recorded &&
                               *newer.recorded != *older.recorded &&
                               sameSpeaker(*newer.statement, *older.statement);
        return isInstant || !isOrdered;
    }
    const bool isKnownToTheDay =
        precision(newer) >= Precision::Day && precision(older) >= Precision::Day;
    return isKnownToTheDay && *newer.said - *older.said <= 24h &&
           !sameSpeaker(*newer.statement, *older.statement);
}

/// Whether the newest words are the patient's answer to somebody who had contradicted them.
bool isSettled(const std::vector<Dated>& words) {
    return words.size() > 2 && words[0].statement->speaker == Speaker::Patient &&
           words[1].statement->speaker != Speaker::Patient &&
           words[2].statement->speaker == Speaker::Patient && conflict(words[1], words[2]);
}

std::string count(long long number, const char* unit) {
    return std::to_string(number) + " " + unit + (number == 1 ? "" : "s") + " ago";
}

/// For a day or more. Months and years are the calendar's.
std::string daysAgo(fhir::Instant said, fhir::Instant now) {
    const auto days = floor<std::chrono::days>(now - said).count();
    if (days < 14) return count(days, "day");
    if (days < 60) return count(days / 7, "week");
    const year_month_day from{floor<std::chrono::days>(said)};
    const year_month_day to{floor<std::chrono::days>(now)};
    const auto begun = (to.year() / to.month() - from.year() / from.month()).count();
    const auto whole = begun - (to.day() < from.day() ? 1 : 0);
    return whole < 24 ? count(whole, "month") : count(whole / 12, "year");
}

std::string monthAndYear(const fhir::DateTime& said) {
    static constexpr std::array<const char*, 12> kMonths{
        "January", "February", "March",     "April",   "May",      "June",
        "July",    "August",   "September", "October", "November", "December"};
    const std::string_view text = said.text();
    const auto month = static_cast<unsigned>((text[5] - '0') * 10 + (text[6] - '0'));
    return std::string("in ") + kMonths.at(month - 1) + " " + std::string(text.substr(0, 4));
}

/// Everything a judgement is made from, and the judgement.
class Judge {
public:
    Judge(Aspect aspect, const StayContext& stay, const FreshnessLimits& limits, fhir::Instant now,
          bool isUnread)
        : aspect_(aspect), stay_(stay), limits_(limits), now_(now), isUnread_(isUnread) {}

    Judgement judge(const std::vector<Statement>& statements) {
        sort(statements);
        if (words_.empty()) return withoutWords();
        Judgement result;
        result.isUnread = isUnread_;
        result.current = words_[0].statement;
        if (words_.size() > 1 && conflict(words_[0], words_[1]) && !isSettled(words_)) {
            result.freshness = Freshness::Doubted;
            result.other = words_[1].statement;
            result.reason = doubt();
        } else if (hasDeclinedSince()) {
            result.freshness = Freshness::Declined;
            result.reason = "Asked again " + agoOf(*absences_[0].statement) +
                            " and chose not to say; these words were said " +
                            agoOf(*result.current) + offerAgain(absences_[0]);
        } else {
            judgeByTime(words_[0], result);
        }
        return result;
    }

private:
    void sort(const std::vector<Statement>& statements) {
        std::set<std::string_view> gone;
        for (const auto& one : statements)
            if (one.retracted) gone.insert(one.id);
        const bool hasReplacements =
            std::any_of(statements.begin(), statements.end(),
                        [](const Statement& one) { return one.replaces.has_value(); });
        for (const auto& one : statements) {
            if (one.aspect != aspect_ || gone.count(one.id) != 0) continue;
            if (hasReplacements && isReplaced(one, statements)) continue;
            if (one.absent)
                absences_.push_back(dated(one, now_));
            else if (!one.text.empty())
                words_.push_back(dated(one, now_));
        }
        sortNewestFirst(words_);
        sortNewestFirst(absences_);
    }

    static void sortNewestFirst(std::vector<Dated>& all) {
        std::stable_sort(all.begin(), all.end(), isNewer);
        // Our copy and the chart's copy of one statement are one.
        std::set<std::string_view> seen;
        all.erase(std::remove_if(
                      all.begin(), all.end(),
                      [&](const Dated& one) { return !seen.insert(one.statement->id).second; }),
                  all.end());
    }

    std::string agoOf(const Statement& statement) const {
        return isTimeKnown(statement) ? ago(statement.said, now_)
                                      : "at a time that nobody recorded";
    }

    bool isBeforeStay(const Dated& one) const {
        return stay_.admitted && (!one.said || *one.said < *stay_.admitted);
    }

    /// The end of a sentence about somebody who chose not to say.
    const char* offerAgain(const Dated& declined) const {
        return isBeforeStay(declined)
                   ? "; they were asked before this stay, so it may be offered again."
                   : ".";
    }

    Judgement withoutWords() const {
        Judgement result;
        result.isUnread = isUnread_;
        result.reason = "Not asked yet.";
        const bool hasDeclined =
            !absences_.empty() && absences_[0].statement->absent == Absent::AskedDeclined;
        if (isUnread_ && !hasDeclined) {
            result.freshness = Freshness::Unread;
            result.reason = "A record could not be read: what matters may be written down there.";
            return result;
        }
        if (absences_.empty()) return result;
        const auto& newest = absences_[0];
        const auto when = agoOf(*newest.statement);
        switch (*newest.statement->absent) {
            case Absent::AskedDeclined:
                result.freshness = Freshness::Declined;
                result.reason = "Asked " + when + " and chose not to say" + offerAgain(newest);
                break;
            case Absent::AskedUnknown:
                result.reason = "Asked " + when + " and did not know yet: worth asking again.";
                break;
            case Absent::TempUnknown:
                result.reason = "Could not be asked " + when + ": ask when it is possible.";
                break;
        }
        return result;
    }

    bool hasDeclinedSince() const {
        return !absences_.empty() && absences_[0].statement->absent == Absent::AskedDeclined &&
               isNewer(absences_[0], words_[0]);
    }

    std::string doubt() const {
        const auto& newest = *words_[0].statement;
        const auto& other = *words_[1].statement;
        if (sameSpeaker(newest, other))
            return "Two different statements carry the same time: both are shown; ask which one "
                   "holds.";
        if (newest.speaker == Speaker::Unknown || other.speaker == Speaker::Unknown)
            return "Different things were said within a day, and it is not known by whom: both are "
                   "shown; talk with the patient.";
        const bool bothRelated = newest.speaker == other.speaker;
        return std::string(bothRelated ? "Two relatives or friends"
                                       : "The patient and a relative or friend") +
               " said different things within a day: both are shown; talk with the patient.";
    }

    void judgeByTime(const Dated& words, Judgement& result) const {
        const auto& statement = *words.statement;
        const auto check = [&](const std::string& reason) {
            result.freshness = Freshness::Check;
            result.reason = reason + ": worth asking again.";
        };
        if (!isTimeKnown(statement)) return check("Nobody recorded when this was said");
        const auto said = "Said " + ago(statement.said, now_);
        if (!words.said)
            return check(said + ", a date that is still to come, so the date is wrong");
        if (isBeforeStay(words)) return check(said + ", before this stay");
        if (stay_.transferred && *words.said < *stay_.transferred)
            return check(said + ", before the move to this place");
        const std::string inStay = stay_.admitted ? ", in this stay" : "";
        const bool isOld = now_ - *words.said > hours(24) * limitDays();
        result.freshness = isOld ? Freshness::Ageing : Freshness::Fresh;
        result.reason = said + inStay + (isOld ? ": worth checking." : ".");
    }

    int limitDays() const noexcept {
        if (aspect_ != Aspect::Now) return limits_.aboutMeDays;
        return stay_.inHospital ? limits_.nowDaysInHospital : limits_.nowDaysOutside;
    }

    Aspect aspect_;
    const StayContext& stay_;
    const FreshnessLimits& limits_;
    fhir::Instant now_;
    bool isUnread_;
    std::vector<Dated> words_, absences_;  ///< newest first
};

}  // namespace

const char* toString(Freshness freshness) noexcept {
    switch (freshness) {
        case Freshness::Fresh:
            return "fresh";
        case Freshness::Ageing:
            return "ageing";
        case Freshness::Check:
            return "check";
        case Freshness::Doubted:
            return "doubted";
        case Freshness::Declined:
            return "declined";
        case Freshness::Unasked:
            return "unasked";
        case Freshness::Unread:
            return "unread";
    }
    return "unasked";
}

Judgement judge(const std::vector<Statement>& statements, Aspect aspect, const StayContext& stay,
                const FreshnessLimits& limits, fhir::Instant now, bool isUnread) {
    return Judge(aspect, stay, limits, now, isUnread).judge(statements);
}

std::string ago(const fhir::DateTime& said, fhir::Instant now) {
    if (isInTheFuture(said, now)) return "on " + said.text().substr(0, 10);
    switch (said.precision()) {
        case Precision::Year:
            return "in " + said.text();
        case Precision::Month:
            return monthAndYear(said);
        case Precision::Day: {
            const auto days = floor<std::chrono::days>(now - said.earliest()).count();
            if (days < 1) return "today";
            return days == 1 ? "yesterday" : daysAgo(said.earliest(), now);
        }
        case Precision::Second:
            break;
    }
    // Hours, not "today": they hold in every time zone, and on a night shift.
    const auto hours = floor<std::chrono::hours>(now - said.latest()).count();
    if (hours < 1) return "less than an hour ago";
    return hours < 24 ? count(hours, "hour") : daysAgo(said.latest(), now);
}

}  // namespace plugin::domain
