#include "fhir/r4/date_time.h"

#include <array>
#include <cstdio>

#include "fhir/base/error.h"

namespace fhir {
namespace {

using namespace std::chrono;

/// Reads fixed-width numbers and signs from the front of a text.
class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_(text) {}
    bool done() const noexcept { return rest_.empty(); }
    bool accept(char c) noexcept {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    /// Exactly `digits` digits, or nullopt.
    std::optional<int> number(std::size_t digits) noexcept {
        if (rest_.size() < digits) return std::nullopt;
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            if (rest_[i] < '0' || rest_[i] > '9') return std::nullopt;
            value = value * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(digits);
        return value;
    }
    /// ".123456": whole milliseconds, further digits dropped. nullopt where no digit follows.
    std::optional<int> fraction() noexcept {
        int value = 0;
        int scale = 100;
        bool any = false;
        while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
            value += (rest_.front() - '0') * scale;
            scale /= 10;
            any = true;
            rest_.remove_prefix(1);
        }
        return any ? std::optional(value) : std::nullopt;
    }

private:
    std::string_view rest_;
};

struct TimeOfDay {
    milliseconds sinceMidnight{};
    minutes offset{};  ///< of the zone, east is positive
};

std::optional<minutes> scanZone(Scanner& scanner) noexcept {
    if (scanner.accept('Z')) return minutes{0};
    const bool east = scanner.accept('+');
    if (!east && !scanner.accept('-')) return std::nullopt;
    const auto hour = scanner.number(2);
    if (!hour || !scanner.accept(':')) return std::nullopt;
    const auto minute = scanner.number(2);
    if (!minute || *minute > 59) return std::nullopt;
    const auto offset = hours{*hour} + minutes{*minute};
    if (offset > hours{14}) return std::nullopt;
    return east ? offset : -offset;
}

std::optional<TimeOfDay> scanTime(Scanner& scanner) noexcept {
    const auto hour = scanner.number(2);
    if (!hour || *hour > 23 || !scanner.accept(':')) return std::nullopt;
    const auto minute = scanner.number(2);
    if (!minute || *minute > 59 || !scanner.accept(':')) return std::nullopt;
    const auto second = scanner.number(2);
    if (!second || *second > 60) return std::nullopt;
    int fraction = 0;
    if (scanner.accept('.')) {
        const auto digits = scanner.fraction();
        if (!digits) return std::nullopt;
        fraction = *digits;
    }
    const auto zone = scanZone(scanner);
    if (!zone) return std::nullopt;
    return TimeOfDay{
        hours{*hour} + minutes{*minute} + seconds{std::min(*second, 59)} + milliseconds{fraction},
        *zone};
}

/// Of the years 0001 to 9999 an Instant holds 1678 to 2261; what lies beyond is its end. Common in
/// EHRs: "9999-12-31" for a period that is open.
Instant clamp(sys_time<milliseconds> moment) noexcept {
    constexpr auto kFirst = ceil<milliseconds>(Instant::min());
    constexpr auto kLast = floor<milliseconds>(Instant::max());
    if (moment < kFirst) return Instant::min();
    if (moment > kLast) return Instant::max();
    return moment;
}

/// The end of a span that ends on this day, a millisecond before the next.
Instant endOf(sys_days day) noexcept {
    return clamp(day + days{1} - milliseconds{1});
}

}  // namespace

std::optional<DateTime> DateTime::tryParse(std::string_view text) noexcept {
    constexpr std::size_t kLengthMax = 64;
    if (text.size() > kLengthMax) return std::nullopt;
    Scanner scanner(text);
    DateTime result;
    const auto yearNumber = scanner.number(4);
    if (!yearNumber || *yearNumber == 0) return std::nullopt;
    const auto inYear = year{*yearNumber};
    result.text_ = text;
    if (scanner.done()) {
        result.precision_ = Precision::Year;
        result.earliest_ = clamp(sys_days{inYear / January / 1});
        result.latest_ = endOf(sys_days{inYear / December / 31});
        return result;
    }
    if (!scanner.accept('-')) return std::nullopt;
    const auto monthNumber = scanner.number(2);
    if (!monthNumber || *monthNumber < 1 || *monthNumber > 12) return std::nullopt;
    const auto inMonth = inYear / month{static_cast<unsigned>(*monthNumber)};
    if (scanner.done()) {
        result.precision_ = Precision::Month;
        result.earliest_ = clamp(sys_days{inMonth / 1});
        result.latest_ = endOf(sys_days{inMonth / last});
        return result;
    }
    if (!scanner.accept('-')) return std::nullopt;
    const auto dayNumber = scanner.number(2);
    if (!dayNumber) return std::nullopt;
    const auto date = inMonth / day{static_cast<unsigned>(*dayNumber)};
    if (!date.ok()) return std::nullopt;
    if (scanner.done()) {
        result.precision_ = Precision::Day;
        result.earliest_ = clamp(sys_days{date});
        result.latest_ = endOf(sys_days{date});
        return result;
    }
    if (!scanner.accept('T')) return std::nullopt;
    const auto time = scanTime(scanner);
    if (!time || !scanner.done()) return std::nullopt;
    result.precision_ = Precision::Second;
    result.earliest_ = result.latest_ = clamp(sys_days{date} + time->sinceMidnight - time->offset);
    return result;
}

DateTime DateTime::parse(std::string_view text) {
    if (auto result = tryParse(text)) return *std::move(result);
    throw Error(ErrorKind::InvalidInput,
                "is not a date or time as FHIR writes it (2026, 2026-03, 2026-03-07 or "
                "2026-03-07T08:15:00+01:00)");
}

DateTime DateTime::fromJson(const json::Value& json, json::Wanted&) {
    if (auto result = tryParse(json.text())) return *std::move(result);
    json.refuse("must be a date, or a date and time with a zone, not text of another form");
}

DateTime DateTime::fromInstant(Instant instant) {
    DateTime result;
    result.text_ = toRfc3339(instant);
    result.earliest_ = result.latest_ = floor<milliseconds>(instant);
    return result;
}

std::string toFhirInstant(Instant instant) {
    return DateTime::fromInstant(instant).text();
}

}  // namespace fhir
