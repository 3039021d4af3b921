#include "plugin/records/patient_reader.h"

#include "fhir/r4/element.h"
#include "plugin/api/record_notice.h"
#include "plugin/outbox/capture.h"
#include "plugin/store/tables/ward_table.h"
#include "plugin/sync/board.h"
#include "tests/support/record_reading.h"
#include "tests/support/store_fixture.h"
#include "tests/support/text.h"
#include "tests/support/thrown.h"

namespace patient_reader_test {

using fhir::ErrorKind;
using plugin::api::noticeOf;
using plugin::records::Reader;
using plugin::records::Reading;
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
        const auto ward = plugin::sync::readWard(
            hospital.adapter(), {"encounter-search", "Location/ward-7"}, test::kNow);
        plugin::store::WardTable(store.database)
            .replace("general", "ward-7", ward.rows, test::kNow, {});
        row = rowOf(ward.rows, "patient-1");
    }
    plugin::records::PatientRecord read(const std::string& patient = "patient-1",
                                        const std::string& encounter = {}) {
        return test::readRecord(hospital.adapter(), store.database, patient, encounter);
    }
    /// As a card asks, which has until the deadline: with what `change` makes of the ask.
    plugin::records::PatientRecord ask(
        const std::function<void(plugin::records::PatientAsk&)>& change,
        const plugin::ConnectionSettings& connection = test::generalConnection()) {
        plugin::records::PatientAsk ask{.connection = connection,
                                        .ehr = test::shared(hospital.adapter()),
                                        .patient = "patient-1",
                                        .encounter = "stay-1",
                                        .now = test::kNow};
        change(ask);
        fhir::WorkerPool workers(plugin::records::kReadsAtOnce, plugin::records::kReadsAtOnce);
        return plugin::records::PatientReader(store.database, workers).read(std::move(ask));
    }
    /// The EHR fails where the path has `part`, and answers elsewhere.
    void answerAt(const std::string& part, int status) {
        hospital.wire().handler = [this, part, status](const auto& request) {
            const bool isIt = request.url.path.find(part) != std::string::npos;
            return isIt ? test::answer(status) : hospital.real(request);
        };
    }
    int asked(const std::string& part) {
        int number = 0;
        for (const auto& one : hospital.wire().requests)
            if (one.url.path.find(part) != std::string::npos) ++number;
        return number;
    }
    void answerAll(int status) {
        hospital.wire().handler = [status](const auto&) { return test::answer(status); };
    }

    test::Hospital hospital{3};
    test::Store store;
    plugin::store::WardRow row;
};

}  // namespace

TEST_CASE("patient reader: is the EHR's where the EHR can be read", "[sync]") {
    Fixture fixture;

    const auto record = fixture.read();

    CHECK(record.name == fixture.row.name);
    CHECK(record.readAt == test::kNow);
    CHECK(noticeOf(record, nullptr) == "");
    CHECK(record.identifier != "");
    CHECK(record.location == fixture.row.location);
    CHECK(record.stay.inHospital);
    CHECK(record.statements.size() >= 3);
}

TEST_CASE("patient reader: is what we hold where the EHR cannot be read", "[sync]") {
    Fixture fixture;
    const auto before = fixture.read();
    fixture.answerAll(GENERATE(500, 503, 429, 200, 401));

    const auto record = fixture.read();

    CHECK(record.name == before.name);
    CHECK(record.birthDate == before.birthDate);
    CHECK(record.location == before.location);
    CHECK(record.statements.size() == before.statements.size());
    CHECK_FALSE(record.readAt);
    CHECK(noticeOf(record, nullptr) != "");
}

TEST_CASE("patient reader: what the EHR says no to is not covered up", "[sync]") {
    Fixture fixture;
    const auto [status, kind] =
        GENERATE(table<int, ErrorKind>({{404, ErrorKind::NotFound}, {403, ErrorKind::Forbidden}}));
    fixture.answerAll(status);

    CHECK(thrown([&] { fixture.read(); }).kind() == kind);
}

TEST_CASE("patient reader: of somebody whom we do not hold there is none without the EHR",
          "[sync]") {
    Fixture fixture;
    CHECK(thrown([&] { fixture.read("patient-77"); }).kind() == ErrorKind::NotFound);

    fixture.answerAll(503);

    CHECK(thrown([&] { fixture.read("patient-77"); }).kind() == ErrorKind::Unavailable);
}

TEST_CASE("patient reader: another patient in answer to an id is not taken", "[sync]") {
    Fixture fixture;
    fixture.hospital.wire().handler = [&](auto request) {
        auto& path = request.url.path;
        if (path.ends_with("/Patient/patient-1")) path.back() = '2';
        return fixture.hospital.real(request);
    };

    const auto record = fixture.read();

    CHECK(record.name == fixture.row.name);
    CHECK(noticeOf(record, nullptr) != "");
    for (const auto& statement : record.statements) CHECK(statement.patient == "patient-1");
}

TEST_CASE("patient reader: another patient's encounter is not taken", "[sync]") {
    Fixture fixture;

    const auto other = fixture.read("patient-1", "stay-2");

    CHECK(other.name == fixture.row.name);
    CHECK(other.encounterStatus == "");
    CHECK_FALSE(other.stay.inHospital);
}

TEST_CASE("patient reader: a part that fails is told of, and the words are the EHR's", "[sync]") {
    Fixture fixture;
    const auto* part = GENERATE("/Patient/", "/Encounter/");
    fixture.answerAt(part, 503);

    const auto record = fixture.ask([](auto&) {});

    INFO(part);
    requireReadable(record);
    CHECK(record.statements.size() >= 3);
    CHECK(record.reading == Reading::Whole);
    CHECK_FALSE(record.heldFrom);
    CHECK_FALSE(record.readAt);
    CHECK(record.isHeld);
    CHECK(record.name == fixture.row.name);
    CHECK(record.stay.inHospital);
    CHECK(noticeOf(record, nullptr) != "");
}

TEST_CASE("patient reader: a refusal of any part to a user leaves nothing of what we hold",
          "[cds]") {
    Fixture fixture;
    const auto status = GENERATE(401, 403);
    const auto* part = GENERATE("/Patient/", "/Encounter/");
    fixture.answerAt(part, status);
    const auto as = [&](Reader reader) {
        return fixture.ask([&](auto& ask) {
            ask.reader = reader;
            ask.knownWords = {.isSettled = true, .failure = ErrorKind::Unavailable};
        });
    };

    const auto user = as(Reader::User);
    const auto service = as(Reader::Service);

    INFO(part << " " << status);
    CHECK(user.isRefused);
    CHECK(user.failure->kind() == (status == 401 ? ErrorKind::Unauthorized : ErrorKind::Forbidden));
    CHECK(user.statements.empty());
    CHECK_FALSE(user.heldFrom);
    CHECK_FALSE(user.isHeld);
    CHECK_FALSE(service.isRefused);
    CHECK_FALSE(service.statements.empty());
}

TEST_CASE("patient reader: a patient or words that a user is not shown are not shown by us",
          "[cds]") {
    Fixture fixture;
    const auto status = GENERATE(404, 410);
    const auto* part = GENERATE("/Patient/", "/Observation");
    fixture.answerAt(part, status);
    const auto as = [&](Reader reader) {
        return fixture.ask([&](auto& ask) {
            ask.reader = reader;
            ask.knownStay = {.isSettled = true};
            if (part == std::string("/Patient/"))
                ask.knownWords = {.isSettled = true, .failure = ErrorKind::Unavailable};
        });
    };

    const auto user = as(Reader::User);

    INFO(part << " " << status);
    CHECK(user.isRefused);
    CHECK(user.failure->kind() == ErrorKind::NotFound);
    CHECK(user.statements.empty());
    CHECK_FALSE(user.isHeld);
    CHECK_FALSE(as(Reader::Service).statements.empty());
}

TEST_CASE("patient reader: what a user was not answered in time leaves nothing of what we hold",
          "[cds]") {
    Fixture fixture;
    const auto late = [](auto& ask) {
        ask.reader = Reader::User;
        ask.deadline = std::chrono::steady_clock::now();
    };

    const auto nothing = fixture.ask(late);
    const auto words = fixture.ask([&](auto& ask) {
        late(ask);
        ask.knownWords = {
            .value = plugin::records::WordsRead{.statements = {*plugin::domain::fromObservation(
                                                    test::statementObservation("By the window."))}},
            .isSettled = true};
    });
    const auto none = fixture.ask([&](auto& ask) {
        late(ask);
        ask.knownWords = {.value = plugin::records::WordsRead{}, .isSettled = true};
    });

    CHECK(nothing.isWithheld);
    CHECK_FALSE(nothing.isRefused);
    CHECK(nothing.reading == Reading::Late);
    CHECK(nothing.statements.empty());
    CHECK(nothing.name == "");
    CHECK_FALSE(nothing.stay.inHospital);
    CHECK_FALSE(nothing.heldFrom);
    CHECK(thrown([&] { requireReadable(nothing); }).kind() == ErrorKind::Unavailable);
    // The EHR gave the words to this user itself. That it sent none says nothing.
    CHECK_FALSE(words.isWithheld);
    CHECK(words.statements.size() == 1);
    CHECK(words.name == "");
    CHECK(none.isWithheld);
}

TEST_CASE("patient reader: a part whose request took as long as one may says nothing", "[cds]") {
    const auto timeout = GENERATE(std::chrono::milliseconds(0), std::chrono::hours(1));
    plugin::records::RecordPart<int> part({});
    fhir::WorkerPool workers(1, 1);
    part.begin(workers, []() -> int {
        throw fhir::Error(ErrorKind::Unavailable, "made up: the server cannot be reached");
    });

    part.wait(fhir::Deadline::max(), timeout);

    CHECK_FALSE(part.isLate());
    CHECK(part.isUndecided() == (timeout == std::chrono::hours(0)));
}

TEST_CASE("patient reader: an encounter that is not there costs itself alone", "[sync]") {
    Fixture fixture;
    const auto reader = GENERATE(Reader::Service, Reader::User);

    const auto record = fixture.ask([&](auto& ask) {
        ask.reader = reader;
        ask.encounter = "CSN_123";
    });

    requireReadable(record);
    CHECK(record.name == fixture.row.name);
    CHECK(record.statements.size() >= 3);
    CHECK(record.encounterStatus == "");
    CHECK_FALSE(record.isRefused);
    CHECK_FALSE(record.isWithheld);
    CHECK(fixture.asked("/Encounter/CSN_123") == 1);
}

TEST_CASE("patient reader: of our words a refusal leaves that they were taken back", "[cds]") {
    Fixture fixture;
    const auto said = plugin::domain::fromObservation(test::statementObservation("By mistake."));
    REQUIRE(said);
    plugin::outbox::captureStatement(fixture.store.database, "general", *said, false, test::kNow);
    plugin::outbox::withdrawStatement(fixture.store.database, "general", "patient-1", said->id,
                                      test::kNow);
    fixture.answerAt("/Patient/", 403);

    const auto record = fixture.ask([&](auto& ask) {
        ask.reader = Reader::User;
        ask.knownWords = {.value = plugin::records::WordsRead{.statements = {*said}},
                          .isSettled = true};
    });

    REQUIRE(record.statements.size() == 1);
    CHECK(record.statements.front().retracted);
}

TEST_CASE("patient reader: the list of a unit that is read no more stands in for nothing",
          "[sync]") {
    Fixture fixture;
    auto connection = test::generalConnection();
    connection.units.front().id = "ward-8";
    fixture.answerAll(503);

    const auto record = fixture.ask([](auto&) {}, connection);

    CHECK(record.statements.empty());
    CHECK_FALSE(record.stay.inHospital);
    CHECK(thrown([&] { requireReadable(record); }).kind() == ErrorKind::Unavailable);
}

TEST_CASE("patient reader: asks for the encounter unless the list of the unit is enough",
          "[sync]") {
    Fixture fixture;
    const bool isHeldEnough = GENERATE(false, true);

    const auto record = fixture.ask([&](auto& ask) { ask.isHeldStayEnough = isHeldEnough; });

    CHECK(record.stay.inHospital);
    CHECK(record.encounterStatus == fixture.row.status);
    CHECK(record.location == fixture.row.location);
    CHECK(fixture.asked("/Encounter/stay-1") == (isHeldEnough ? 0 : 1));
}

TEST_CASE("patient reader: nobody is asked anything when the time is up", "[cds]") {
    Fixture fixture;
    test::Hospital shelf(1);
    fixture.hospital.wire().requests.clear();

    const auto record = fixture.ask([&](auto& ask) {
        ask.companion = &shelf.adapter();
        ask.deadline = std::chrono::steady_clock::now();
    });

    CHECK(record.reading == Reading::Late);
    CHECK(record.companion == plugin::records::CompanionReading::None);
    CHECK(record.heldFrom == test::kNow);
    CHECK(record.failure->kind() == ErrorKind::Unavailable);
    CHECK(fixture.hospital.wire().requests.empty());
    CHECK(shelf.wire().requests.empty());
}

TEST_CASE("patient reader: what is known beforehand is not asked for", "[cds]") {
    Fixture fixture;
    fixture.hospital.wire().requests.clear();

    const auto record = fixture.ask([](auto& ask) {
        ask.knownWords = {.value = plugin::records::WordsRead{}, .isSettled = true};
        ask.knownStay = {.isSettled = true};
        fhir::Patient patient;
        patient.id = "patient-1";
        patient.deceased = true;
        ask.knownPatient = {.value = patient, .isSettled = true};
    });

    CHECK(fixture.hospital.wire().requests.empty());
    CHECK(record.mayBeDeceased);
    CHECK(record.readAt == test::kNow);
    CHECK(record.reading == Reading::Whole);
}

TEST_CASE("patient reader: entries that cannot be read are counted", "[sync]") {
    Fixture fixture;
    const auto broken = test::changed(fhir::toJsonText(test::statementObservation()),
                                      R"("status":"final")", R"("status":7)");
    fixture.hospital.wire().handler = [&](const auto& request) {
        if (!request.url.path.ends_with("/Observation")) return fixture.hospital.real(request);
        return test::answer(200, test::searchset({broken}));
    };

    const auto record = fixture.ask([](auto&) {});

    CHECK(record.problems >= 1);
    CHECK(record.reading == Reading::Unreadable);
    CHECK_FALSE(record.heldFrom);
}

TEST_CASE("patient reader: an element that cannot be read is no entry that is missing", "[sync]") {
    Fixture fixture;
    const auto odd =
        test::changed(fhir::toJsonText(test::statementObservation()), R"("status":"final")",
                      R"("id":"o-1","status":"final","issued":"soon")");
    fixture.hospital.wire().handler = [&](const auto& request) {
        if (!request.url.path.ends_with("/Observation")) return fixture.hospital.real(request);
        return test::answer(200, test::searchset({odd}));
    };

    const auto record = fixture.ask([](auto&) {});

    CHECK(record.problems == 0);
    CHECK(record.reading == Reading::Whole);
}

}  // namespace patient_reader_test
