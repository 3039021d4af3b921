#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/domain/statement.h"

namespace plugin::domain {

/// How far the words can be relied on. Computed, never stored; nothing is hidden by age.
/// Unread: there are no words, and a record could not be read that may have some.
enum class Freshness { Fresh, Ageing, Check, Doubted, Declined, Unasked, Unread };
const char* toString(Freshness freshness) noexcept;

/// After how many days words count as ageing. Site settings; the defaults are those of DESIGN,
/// section 5.
struct FreshnessLimits {
    int nowDaysInHospital = 7;
    int nowDaysOutside = 90;
    int aboutMeDays = 365;  ///< for every aspect but `now`
};

/// What is known about the stay that the words are read in.
struct StayContext {
    bool inHospital = false;                     ///< a current inpatient, emergency … stay
    std::optional<fhir::Instant> admitted{};     ///< start of the current stay
    std::optional<fhir::Instant> transferred{};  ///< arrival at the present location, if later
};

struct Judgement {
    Freshness freshness = Freshness::Unasked;
    std::string
        reason{};  ///< one plain sentence for a nurse: "Said 5 months ago, before this stay."
    /// The statement to show; nullptr if nothing was said. Points into the vector judged.
    const Statement* current = nullptr;
    /// If two statements conflict (Doubted), the other one: both are shown.
    const Statement* other = nullptr;
    bool isUnread = false;  ///< a record could not be read: there may be more than is shown
};

/// Judges the statements of one patient about one aspect, in any order. The newest that is not
/// retracted is shown. A newer "asked, declined" does not hide older words: they stay current, with
/// freshness Declined. Entered-in-error statements are ignored, and so is every other copy of them
/// (same id); so are those that another one replaces (`isReplaced`).
///
/// The rules, first that holds:
///   Unread    no words, and something could not be read
///   Unasked   nobody was asked, or those asked could not answer
///   Doubted   the two newest have different words, and either the same time or different speakers
///             within 24 hours. The patient's own answer to a relative's differing words settles it
///   Declined  asked after the newest words, and chose not to say
///   Check     said before the present stay or the last move, or nobody knows when
///   Ageing    older than the limit
///   Fresh     the rest
/// A day counts as its end and a month or a year as its start: staff who give a day mean that day,
/// and words must never look younger than they may be. A date in the future is no date.
///
/// `isUnread`: a record could not be read that may have more. Without words that is Unread unless
/// the patient chose not to say; it is never told as Unasked.
Judgement judge(const std::vector<Statement>& statements, Aspect aspect, const StayContext& stay,
                const FreshnessLimits& limits, fhir::Instant now, bool isUnread = false);

/// "today", "3 hours ago", "2 days ago", "5 months ago", "in March 2024"; precision follows what is
/// known. A date in the future is given as it was written: "on 2062-03-01".
std::string ago(const fhir::DateTime& said, fhir::Instant now);

}  // namespace plugin::domain
