#include "plugin/records/patient_record.h"

#include "plugin/records/projection.h"
#include "plugin/store/tables/ward_table.h"
#include "plugin/sync/board.h"
#include "tests/support/hospital_fixture.h"
#include "tests/support/store_fixture.h"
#include "tests/support/thrown.h"

namespace patient_record_test {

using fhir::ErrorKind;
using test::thrown;

namespace {

const plugin::store::WardRow& rowOf(const std::vector<plugin::store::WardRow>& rows,
                                    const std::string& patient) {
    for (const auto& row : rows)
        if (row.patient == patient) return row;
    throw std::runtime_error("the test's ward has no such patient");
}

/// The made-up hospital, read once into a projection, and failing as told since.
struct Fixture {
    Fixture() {
        const auto ward =
            plugin::sync::readWard(hospital.adapter(), {"encounter-search", "Location/ward-7"});
        plugin::store::WardTable(store.database)
            .replace("general", "ward-7", ward.rows, test::kNow, {});
        row = rowOf(ward.rows, "patient-1");
    }
    plugin::records::PatientRecord read(const std::string& patient = "patient-1",
                                        const std::string& encounter = {}) {
        return plugin::records::readPatientRecord(hospital.adapter(), store.database, "general",
                                                  patient, encounter, test::kNow);
    }
    void answerAll(int status) {
        hospital.wire().handler = [status](const auto&) { return test::answer(status); };
    }

    test::Hospital hospital{3};
    test::Store store;
    plugin::store::WardRow row;
};

}  // namespace

TEST_CASE("patient record: is the EHR's where the EHR can be read", "[sync]") {
    Fixture fixture;

    const auto record = fixture.read();

    CHECK(record.name == fixture.row.name);
    CHECK(record.readAt == test::kNow);
    CHECK(record.notice == "");
    CHECK(record.identifier != "");
    CHECK(record.location == fixture.row.location);
    CHECK(record.stay.inHospital);
    CHECK(record.statements.size() >= 3);
}

TEST_CASE("patient record: is what we hold where the EHR cannot be read", "[sync]") {
    Fixture fixture;
    const auto before = fixture.read();
    fixture.answerAll(GENERATE(500, 503, 429, 200, 401));

    const auto record = fixture.read();

    CHECK(record.name == before.name);
    CHECK(record.birthDate == before.birthDate);
    CHECK(record.location == before.location);
    CHECK(record.statements.size() == before.statements.size());
    CHECK_FALSE(record.readAt);
    CHECK(record.notice != "");
}

TEST_CASE("patient record: what the EHR says no to is not covered up", "[sync]") {
    Fixture fixture;
    const auto [status, kind] =
        GENERATE(table<int, ErrorKind>({{404, ErrorKind::NotFound}, {403, ErrorKind::Forbidden}}));
    fixture.answerAll(status);

    CHECK(thrown([&] { fixture.read(); }).kind() == kind);
}

TEST_CASE("patient record: of somebody whom we do not hold there is none without the EHR",
          "[sync]") {
    Fixture fixture;
    CHECK(thrown([&] { fixture.read("patient-77"); }).kind() == ErrorKind::NotFound);

    fixture.answerAll(503);

    CHECK(thrown([&] { fixture.read("patient-77"); }).kind() == ErrorKind::Unavailable);
}

TEST_CASE("patient record: another patient in answer to an id is not taken", "[sync]") {
    Fixture fixture;
    fixture.hospital.wire().handler = [&](auto request) {
        auto& path = request.url.path;
        if (path.ends_with("/Patient/patient-1")) path.back() = '2';
        return fixture.hospital.real(request);
    };

    const auto record = fixture.read();

    CHECK(record.name == fixture.row.name);
    CHECK(record.notice != "");
    for (const auto& statement : record.statements) CHECK(statement.patient == "patient-1");
}

TEST_CASE("patient record: another patient's encounter is not taken", "[sync]") {
    Fixture fixture;

    const auto other = fixture.read("patient-1", "stay-2");

    CHECK(other.name == fixture.row.name);
    CHECK(other.encounterStatus == "");
    CHECK_FALSE(other.stay.inHospital);
}

}  // namespace patient_record_test
