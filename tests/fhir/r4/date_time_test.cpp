#include "fhir/r4/date_time.h"

#include "fhir/base/error.h"
#include "tests/support/thrown.h"

namespace date_time_test {

using fhir::DateTime;
using fhir::ErrorKind;
using fhir::Instant;
using test::thrown;
using Precision = fhir::DateTime::Precision;

namespace {

using namespace std::chrono;

Instant at(int y, unsigned m, unsigned d, milliseconds sinceMidnight = {}) {
    return sys_days{year{y} / month{m} / day{d}} + sinceMidnight;
}

constexpr milliseconds kDay = hours{24};

}  // namespace

TEST_CASE("date time: a date names a span", "[fhir]") {
    struct Case {
        std::string text;
        Precision precision;
        Instant earliest, latest;
    };
    const auto wanted = GENERATE(values<Case>({
        {"2026", Precision::Year, at(2026, 1, 1), at(2027, 1, 1) - milliseconds{1}},
        {"1970", Precision::Year, at(1970, 1, 1), at(1971, 1, 1) - milliseconds{1}},
        {"2026-02", Precision::Month, at(2026, 2, 1), at(2026, 3, 1) - milliseconds{1}},
        {"2024-02", Precision::Month, at(2024, 2, 1), at(2024, 3, 1) - milliseconds{1}},
        {"2026-12", Precision::Month, at(2026, 12, 1), at(2027, 1, 1) - milliseconds{1}},
        {"2026-03-07", Precision::Day, at(2026, 3, 7), at(2026, 3, 8) - milliseconds{1}},
        {"2024-02-29", Precision::Day, at(2024, 2, 29), at(2024, 3, 1) - milliseconds{1}},
        {"2000-02-29", Precision::Day, at(2000, 2, 29), at(2000, 3, 1) - milliseconds{1}},
        {"1904-12-31", Precision::Day, at(1904, 12, 31), at(1905, 1, 1) - milliseconds{1}},
    }));

    const auto moment = DateTime::parse(wanted.text);

    CHECK(moment.text() == wanted.text);
    CHECK(moment.precision() == wanted.precision);
    CHECK(moment.earliest() == wanted.earliest);
    CHECK(moment.latest() == wanted.latest);
}

TEST_CASE("date time: a time with its zone names a point", "[fhir]") {
    const auto noon = at(2026, 3, 7, hours{12});
    const auto [text, expected] = GENERATE_COPY(table<std::string, Instant>({
        {"2026-03-07T12:00:00Z", noon},
        {"2026-03-07T12:00:00+00:00", noon},
        {"2026-03-07T12:00:00-00:00", noon},
        {"2026-03-07T13:00:00+01:00", noon},
        {"2026-03-07T17:45:00+05:45", noon},
        {"2026-03-08T02:00:00+14:00", noon},
        {"2026-03-07T00:00:00-12:00", noon},
        {"2026-03-07T08:30:00-03:30", noon},
        {"2026-03-07T12:00:00.5Z", noon + milliseconds{500}},
        {"2026-03-07T12:00:00.050Z", noon + milliseconds{50}},
        {"2026-03-07T12:00:00.123456789Z", noon + milliseconds{123}},
        {"2026-03-07T12:00:00.0000000Z", noon},
        {"2026-03-07T00:00:00Z", noon - hours{12}},
        {"2026-03-07T23:59:59.999Z", noon + hours{12} - milliseconds{1}},
        {"2026-06-30T23:59:60Z", at(2026, 7, 1) - seconds{1}},
        {"2026-01-01T00:30:00+01:00", at(2025, 12, 31, hours{23} + minutes{30})},
    }));

    const auto moment = DateTime::parse(text);

    CHECK(moment.text() == text);
    CHECK(moment.precision() == Precision::Second);
    CHECK(moment.earliest() == expected);
    CHECK(moment.latest() == expected);
}

TEST_CASE("date time: what FHIR does not write is refused", "[fhir]") {
    const std::string text = GENERATE(
        "", "0000", "26", "202", "20266", "2026-", "2026-00", "2026-13", "2026-3", "2026-03-",
        "2026-03-00", "2026-03-32", "2026-04-31", "2026-02-29", "1900-02-29", "2100-02-29",
        "2026-03-7", "2026/03/07", "20260307", " 2026", "2026 ", "-2026", "+2026", "2026-03-07T",
        "2026-03-07T08", "2026-03-07T08:15", "2026-03-07T08:15Z", "2026-03-07T08:15:00",
        "2026-03-07 08:15:00Z", "2026-03-07t08:15:00Z", "2026-03-07T08:15:00z",
        "2026-03-07T24:00:00Z", "2026-03-07T24:01:00Z", "2026-03-07T08:60:00Z",
        "2026-03-07T08:15:61Z", "2026-03-07T08:15:00.Z", "2026-03-07T08:15:00,5Z",
        "2026-03-07T08:15:00+1", "2026-03-07T08:15:00+01", "2026-03-07T08:15:00+0100",
        "2026-03-07T08:15:00+15:00", "2026-03-07T08:15:00+14:01", "2026-03-07T08:15:00-14:30",
        "2026-03-07T08:15:00+01:60", "2026-03-07T08:15:00Z0", "2026-03-07T8:15:00Z",
        "2026T08:15:00Z", "2026-03T08:15:00Z", "yesterday", "２０２６",
        "2026-03-07T08:15:00.0000000000000000000000000000000000000000000000Z");

    CHECK_FALSE(DateTime::tryParse(text));
    const auto error = thrown([&] { DateTime::parse(text); });
    CHECK(error.kind() == ErrorKind::InvalidInput);
    CHECK_THAT(error.what(), Catch::Matchers::Contains("2026-03-07T08:15:00+01:00"));
}

TEST_CASE("date time: years that the clock cannot hold are its ends", "[fhir]") {
    const auto [text, isPast] = GENERATE(table<std::string, bool>({
        {"0001", true},
        {"0001-01-01", true},
        {"1066-10-14", true},
        {"1600-01-01T00:00:00Z", true},
        {"9999", false},
        {"9999-12", false},
        {"9999-12-31", false},
        {"9999-12-31T23:59:59Z", false},
        {"2300-01-01", false},
    }));

    const auto moment = DateTime::parse(text);

    CHECK(moment.text() == text);
    CHECK((moment.earliest() == (isPast ? Instant::min() : Instant::max())));
    CHECK((moment.latest() == (isPast ? Instant::min() : Instant::max())));
    CHECK((moment.earliest() < at(2026, 1, 1)) == isPast);
    CHECK((moment.latest() < at(2026, 1, 1)) == isPast);
}

TEST_CASE("date time: the earliest and latest years that the clock holds are exact", "[fhir]") {
    CHECK(DateTime::parse("1678").earliest() == at(1678, 1, 1));
    CHECK(DateTime::parse("2261").latest() == at(2262, 1, 1) - milliseconds{1});
    CHECK(DateTime::parse("1900-01-01").latest() == at(1900, 1, 1) + kDay - milliseconds{1});
}

TEST_CASE("date time: an instant is written in UTC, milliseconds only where there are some",
          "[fhir]") {
    const auto [instant, expected] = GENERATE(table<Instant, std::string>({
        {at(2026, 3, 7, hours{8} + minutes{15} + seconds{30}), "2026-03-07T08:15:30Z"},
        {at(2026, 3, 7, milliseconds{7}), "2026-03-07T00:00:00.007Z"},
        {at(1970, 1, 1), "1970-01-01T00:00:00Z"},
        {at(1969, 12, 31, kDay - milliseconds{1}), "1969-12-31T23:59:59.999Z"},
        {at(1970, 1, 1) - microseconds{1}, "1969-12-31T23:59:59.999Z"},
        {at(2026, 3, 7) + microseconds{999}, "2026-03-07T00:00:00Z"},
    }));

    CHECK(fhir::toFhirInstant(instant) == expected);
    CHECK(DateTime::fromInstant(instant).precision() == Precision::Second);
    CHECK(DateTime::parse(expected).earliest() == DateTime::fromInstant(instant).earliest());
}

TEST_CASE("date time: the ends of the clock can be written", "[fhir]") {
    CHECK_NOTHROW(DateTime::parse(fhir::toFhirInstant(Instant::min() + milliseconds{1})));
    CHECK_NOTHROW(DateTime::parse(fhir::toFhirInstant(Instant::max())));
}

}  // namespace date_time_test
