#include "plugin/api/record_notice.h"

#include "tests/support/hospital_fixture.h"

namespace record_notice_test {

using fhir::Error;
using fhir::ErrorKind;
using plugin::api::noticeOf;
using plugin::records::CompanionReading;
using plugin::records::PatientRecord;
using test::thrown;

TEST_CASE("record notice: says in plain words what could not be read", "[api]") {
    const auto failure = Error(ErrorKind::Unavailable, "made up");
    PatientRecord record;
    CHECK(noticeOf(record, nullptr) == "");

    record.problems = 2;
    CHECK(noticeOf(record, nullptr) == "Some entries in the chart could not be read: 2.");

    record.failure = failure;
    CHECK(noticeOf(record, nullptr) ==
          "A part of the chart cannot be read at the moment: more may be written down there.");

    record.heldFrom = test::kNow;
    CHECK(noticeOf(record, nullptr) ==
          "The EHR cannot be read at the moment. This is what was known when it was last read.");
}

TEST_CASE("record notice: names the companion server whose words may be missing", "[api]") {
    const test::Hospital shelf(1);
    PatientRecord record;
    const auto [reading, words] = GENERATE(table<CompanionReading, std::string>({
        {CompanionReading::Whole, ""},
        {CompanionReading::Partial,
         "Some entries on the companion server ehr.example could not be read: words may be missing "
         "here."},
        {CompanionReading::None,
         "The companion server ehr.example cannot be read at the moment: words that are kept there "
         "may be missing here."},
    }));
    record.companion = reading;

    CHECK(noticeOf(record, &shelf.adapter()) == words);
    CHECK(noticeOf(record, nullptr) == "");

    record.problems = 1;
    const std::string chart = "Some entries in the chart could not be read: 1.";
    CHECK(noticeOf(record, &shelf.adapter()) == (words.empty() ? chart : chart + " " + words));
}

TEST_CASE("record notice: what the EHR refuses to a user is told to them, with what to do",
          "[api]") {
    PatientRecord record;
    plugin::api::requireAllowed(record);
    const auto [kind, words] = GENERATE(table<ErrorKind, std::string>({
        {ErrorKind::Unauthorized, "Open What Matters again from the chart"},
        {ErrorKind::Forbidden, "The EHR does not allow you to see this patient"},
        {ErrorKind::NotFound, "The EHR does not have this patient, or does not show you them"},
    }));
    record.failure = Error(kind, "made up");
    plugin::api::requireAllowed(record);  // it was said to us, and not to the user
    record.isRefused = true;

    const auto error = thrown([&] { plugin::api::requireAllowed(record); });

    CHECK(error.kind() == kind);
    CHECK_THAT(error.what(), Catch::Contains(words));
}

}  // namespace record_notice_test
