#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fhir/base/clock.h"
#include "fhir/base/json_wanted.h"

namespace fhir {

/// A FHIR date, dateTime or instant, with its precision and zone as written.
/// https://hl7.org/fhir/R4/datatypes.html#dateTime
///
/// "2026", "2026-03" and "2026-03-07" name a span, not a point: `earliest` and `latest` are its
/// ends. A date without a zone is read as UTC; the error is at most 14 hours either way. Times
/// before 1678 or after 2261 become Instant::min() or max(): "9999-12-31" is after every other
/// moment.
class DateTime {
public:
    enum class Precision { Year, Month, Day, Second };

    /// Throws Error{InvalidInput}. Years 0001 to 9999; seconds may be 60 (read as 59); fractions
    /// beyond milliseconds are dropped from the instant but kept in the text.
    static DateTime parse(std::string_view text);
    static std::optional<DateTime> tryParse(std::string_view text) noexcept;
    static DateTime fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
    /// "2026-03-07T08:15:30Z", with milliseconds unless they are 0.
    static DateTime fromInstant(Instant instant);

    const std::string& text() const noexcept { return text_; }
    Precision precision() const noexcept { return precision_; }
    Instant earliest() const noexcept { return earliest_; }
    Instant latest() const noexcept { return latest_; }
    /// Whether both are written alike.
    bool operator==(const DateTime&) const = default;

private:
    DateTime() = default;
    std::string text_;
    Precision precision_ = Precision::Second;
    Instant earliest_{}, latest_{};
};

/// `DateTime::fromInstant(instant).text()`.
std::string toFhirInstant(Instant instant);

}  // namespace fhir
