#include "adapters/routes/likeness.h"

#include <random>

#include "fhir/base/base64.h"
#include "tests/support/hospital_fixture.h"

namespace likeness_test {

using adapters::Holder;
using adapters::LadderResult;
using adapters::Profile;
using adapters::vendorProfile;
using fhir::Error;
using fhir::ErrorKind;
using fhir::http::Request;
using fhir::http::Response;
using test::answer;
using test::searchset;
using test::thrown;

namespace {

/// A vendor's made-up hospital that may lose answers, and one route to write by.
struct Lossy {
    Lossy(const std::string& vendor, std::string by)
        : simulator({.base = test::kBase,
                     .patients = 2,
                     .seed = 1,
                     .clock = test::clockAt(test::kNow),
                     .vendor = vendor}),
          ward(simulator.ward()),
          route(std::move(by)),
          client([this](const Request& request) { return serve(request); },
                 profile(vendor.substr(0, vendor.find("-stu6")))) {}

    Profile profile(const std::string& vendor) const {
        const auto bar = ward.row.find('|');
        const auto row = ward.row.empty() ? std::string()
                                          : R"("flowsheet":{"system":")" + ward.row.substr(0, bar) +
                                                R"(","code":")" + ward.row.substr(bar + 1) + "\"},";
        return vendorProfile(vendor).with(
            fhir::json::Document::parse("{" + row +
                                        R"("questionnaire":{"linkId":"what-matters","url":
                "https://hospital.example/fhir/Questionnaire/what-matters"},
                "communication":{"sender":")" +
                                        ward.practitioner + R"(","statementRecipients":[")" +
                                        ward.group + "\"]}}")
                .root());
    }

    Response serve(const Request& request) {
        auto response = simulator.send(request, {});
        if (request.method == "POST") ++posts;
        if (request.method == "POST" && losesAnswers)
            throw Error(ErrorKind::Unavailable, "the connection was lost");
        if (isMute && request.url.path.ends_with("/metadata")) return answer(404);
        if (refusesPages && request.url.path.find("/Binary/") != std::string::npos)
            return answer(refusesPages);
        return response;
    }

    /// What is said by the first patient, to the millisecond.
    fhir::Observation said(const std::string& words, const std::string& at, char id) const {
        auto observation = test::statementObservation(words);
        observation.identifier.front().value =
            "urn:uuid:3f0c6f52-0c7e-4f1c-9d55-7f4f3f9f2a1" + std::string(1, id);
        observation.subject = fhir::Reference{ward.patients.front(), {}, {}};
        observation.performer = {*observation.subject};
        observation.encounter = fhir::Reference{encounter(), {}, {}};
        observation.effectiveDateTime = fhir::DateTime::parse(at);
        observation.issued = observation.effectiveDateTime;
        return observation;
    }

    std::string encounter() const {
        const auto bundle = fhir::json::Document::parse(
            const_cast<Lossy*>(this)
                ->simulator
                .send({"GET",
                       fhir::Url::parse("http://ehr.example/fhir/Encounter?patient=" +
                                        ward.patients.front()),
                       {{"Accept", "application/fhir+json"}},
                       {}},
                      {})
                .body);
        return "Encounter/" + bundle.root()
                                  .findArray("entry")
                                  .begin()
                                  .
                                  operator*()
                                  .at("resource")
                                  .at("id")
                                  .string();
    }

    LadderResult write(const fhir::Observation& observation, bool mayBeThere) {
        return client.adapter->write({route}, observation, companion, mayBeThere);
    }

    /// A write whose answer is lost, and what the next try makes of it.
    LadderResult writeTwice(const fhir::Observation& observation) {
        losesAnswers = true;
        CHECK(thrown([&] { write(observation, false); }).kind() == ErrorKind::Unavailable);
        losesAnswers = false;
        return write(observation, true);
    }

    adapters::simulator::Simulator simulator;
    adapters::simulator::WardSummary ward;
    std::string route;
    test::Scripted client;
    test::MemoryCompanion companion;
    int posts = 0;
    bool losesAnswers = false;
    bool isMute = false;
    int refusesPages = 0;  ///< the status by which; 0: it does not
};

}  // namespace

TEST_CASE("likeness: after a lost answer what survives in the EHR tells that it is there",
          "[adapters]") {
    const auto [vendor, route] = GENERATE(table<std::string, std::string>({
        {"epic", "flowsheet-observation"},
        {"epic", "document-reference"},
        {"epic", "questionnaire-response"},
        {"oracle-health", "document-reference"},
        {"oracle-health", "communication"},
        {"meditech-stu6", "questionnaire-response"},
        {"generic", "document-reference"},
    }));
    INFO(vendor << " " << route);
    Lossy ehr(vendor, route);

    const auto first = ehr.writeTwice(ehr.said("Sunday walks.", "2026-03-10T09:30:00.437Z", '0'));
    CHECK(first.holder == Holder::Ehr);
    CHECK(first.remark.find("not compared") == std::string::npos);
    CHECK(ehr.posts == 1);
    // The same words an hour later are another saying, and so are others in the same second.
    const auto later = ehr.writeTwice(ehr.said("Sunday walks.", "2026-03-10T10:30:00.437Z", '1'));
    const auto other = ehr.writeTwice(ehr.said("My dog.", "2026-03-10T09:30:00.437Z", '2'));
    CHECK(ehr.posts == 3);
    CHECK(later.location != first.location);
    CHECK(other.location != first.location);
    CHECK(other.location != later.location);
}

TEST_CASE("likeness: of many statements and lost answers none is written twice", "[adapters]") {
    const auto [vendor, route] = GENERATE(table<std::string, std::string>({
        {"epic", "flowsheet-observation"},
        {"epic", "document-reference"},
        {"oracle-health", "document-reference"},
        {"oracle-health", "communication"},
    }));
    Lossy ehr(vendor, route);
    const auto seed = std::random_device{}();
    INFO(vendor << " " << route << ", seed " << seed);
    std::mt19937 chance(seed);
    const std::vector<std::string> words{"Sunday walks.", "My dog.", "To dance.", "Ñandú"};
    for (int i = 0; i < 40; ++i) {
        // Two in a second, often of the same words.
        const auto at = test::kNow + std::chrono::milliseconds(i * 503);
        auto one = ehr.said(words[chance() % words.size()], fhir::toFhirInstant(at), '0');
        one.identifier.front().value =
            "urn:uuid:00000000-0000-4000-8000-0000000000" + std::to_string(10 + i);
        bool isSent = false;
        for (bool isDone = false; !isDone; isSent = true) {
            ehr.losesAnswers = chance() % 2 == 0;
            try {
                isDone = ehr.write(one, isSent).holder == Holder::Ehr;
            } catch (const Error& error) {
                REQUIRE(error.kind() == ErrorKind::Unavailable);
            }
        }
    }
    std::size_t total = 0;
    for (const auto& write : ehr.simulator.writes()) {
        CHECK(write.created == 1);
        total += write.created;
    }
    // What says the same in the same second is as good as ours.
    CHECK(total > 30);
    CHECK(total <= 40);
}

TEST_CASE("likeness: whole seconds may be cut off or rounded, and are no difference",
          "[adapters]") {
    const auto [ours, theirs, isSame] = GENERATE(table<std::string, std::string, bool>({
        {"2026-03-10T09:30:00.437Z", "2026-03-10T09:30:00Z", true},
        {"2026-03-10T09:30:00.937Z", "2026-03-10T09:30:01Z", true},
        {"2026-03-10T09:30:00.437Z", "2026-03-10T10:30:00+01:00", true},
        {"2026-03-10T09:30:00.437Z", "2026-03-10T09:30:02Z", false},
        {"2026-03-10T09:30:00.437Z", "2026-03-10T09:29:59Z", false},
        {"2026-03-10T09:30:00.437Z", "2026-03-10T09:30:00.500Z", false},
        {"2026-03-10T09:30:00.437Z", "2026-03-10", false},
    }));
    const auto words = [](const std::string& at) {
        auto observation = test::statementObservation();
        observation.effectiveDateTime = fhir::DateTime::parse(at);
        return observation;
    };
    const auto profile = vendorProfile("epic");
    const fhir::CapabilityStatement nothing;
    test::MemoryCompanion companion;
    test::Hospital hospital(1);
    const adapters::RouteContext context{hospital.adapter().client(), profile, nothing, companion};

    CHECK(likeness(context, words(ours), words(theirs)) ==
          (isSame ? adapters::Likeness::Same : adapters::Likeness::Other));
}

TEST_CASE("likeness: where the page may not be read nobody can tell, and it is not sent again",
          "[adapters]") {
    Lossy ehr("epic", "document-reference");
    ehr.refusesPages = GENERATE(403, 404);

    const auto error =
        thrown([&] { ehr.writeTwice(ehr.said("Sunday walks.", "2026-03-10T09:30:00.437Z", '0')); });

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK(error.cause() == adapters::kInDoubt);
    CHECK_THAT(error.what(), Catch::Contains("DocumentReference/"));
    CHECK(ehr.posts == 1);
}

TEST_CASE("likeness: a page that cannot be had now is asked for again later", "[adapters]") {
    Lossy ehr("epic", "document-reference");
    ehr.refusesPages = 503;

    const auto error =
        thrown([&] { ehr.writeTwice(ehr.said("Sunday walks.", "2026-03-10T09:30:00.437Z", '0')); });

    CHECK(error.kind() == ErrorKind::Unavailable);
    CHECK(error.cause().empty());
    CHECK(ehr.posts == 1);
}

namespace {

/// A note among which ours may be, of the same patient and type. Never a word of ours.
struct Note {
    std::string name, date, encounter, content;
    bool mayBeOurs = false;
};

std::string noteOf(const Note& note) {
    return R"({"resourceType":"DocumentReference","id":"77","status":"current",
        "subject":{"reference":"Patient/patient-1"},"date":")" +
           note.date + R"(","content":[{"attachment":)" + note.content + "}]" +
           (note.encounter.empty()
                ? ""
                : R"(,"context":{"encounter":[{"reference":")" + note.encounter + "\"}]}") +
           "}";
}

std::string inside(const std::string& type, const std::string& text) {
    return R"({"contentType":")" + type + R"(","data":")" + fhir::base64(text) + "\"}";
}

}  // namespace

TEST_CASE("likeness: which notes of others may be ours", "[adapters]") {
    const auto note = GENERATE(values<Note>({
        {"a text", "2026-03-10T09:31:00Z", "", inside("text/plain", "Slept well.")},
        {"another of ours", "2026-03-10T09:31:00Z", "",
         inside("text/rtf", "{\\rtf1 urn:uuid:00000000-0000-4000-8000-000000000001}")},
        {"a picture of this stay", "2026-03-10T09:31:00Z", "Encounter/stay-1",
         inside("image/png", "\x89PNG"), true},
        {"a picture without a stay", "2026-03-10T09:31:00Z", "", inside("image/png", "\x89PNG"),
         true},
        {"a picture of another stay", "2026-03-10T09:31:00Z", "Encounter/stay-2",
         inside("image/png", "\x89PNG")},
        {"an older picture", "2026-03-08T09:31:00Z", "", inside("image/png", "\x89PNG")},
        {"a page on another server", "2026-03-10T09:31:00Z", "",
         R"({"contentType":"text/plain","url":"https://other.example/fhir/Binary/1"})", true},
        {"no base64", "2026-03-10T09:31:00Z", "", R"({"contentType":"text/plain","data":"%"})",
         true},
    }));
    INFO(note.name);
    test::Hospital hospital(
        1, vendorProfile("generic").with(
               fhir::json::Document::parse(R"({"keepsIdentifiers":false})").root()));
    auto observation = test::statementObservation();
    observation.issued = observation.effectiveDateTime;
    hospital.wire().handler = [&](const Request& request) {
        if (request.method == "GET" && request.url.path.ends_with("/DocumentReference"))
            return answer(200, searchset({noteOf(note)}));
        return hospital.real(request);
    };
    test::MemoryCompanion companion;
    const auto write = [&] {
        return hospital.adapter().write({"document-reference"}, observation, companion, true);
    };

    if (note.mayBeOurs)
        CHECK(thrown(write).cause() == adapters::kInDoubt);
    else
        CHECK(write().holder == Holder::Ehr);
    CHECK(hospital.wire().count("POST", "/DocumentReference") == (note.mayBeOurs ? 0 : 1));
}

TEST_CASE("confirm: what a person has found is read and compared", "[adapters]") {
    Lossy ehr("epic", "document-reference");
    const auto ours = ehr.said("Sunday walks.", "2026-03-10T09:30:00.437Z", '0');
    const auto place = ehr.write(ours, false).location;
    const auto confirm = [&](const fhir::Observation& observation, const std::string& location) {
        return ehr.client.adapter->confirm({"flowsheet-observation", ehr.route, "companion"},
                                           observation, ehr.companion, location);
    };

    const auto found = confirm(ours, place);
    CHECK(found.holder == Holder::Ehr);
    CHECK(found.route == "document-reference");
    CHECK(found.location == place);
    // Also where the EHR does not say any more what it takes.
    ehr.isMute = true;
    CHECK(confirm(ours, place).holder == Holder::Ehr);

    for (const auto& [observation, location] :
         {std::pair{ehr.said("My dog.", "2026-03-10T09:30:00.437Z", '1'), place},
          {ours, std::string("DocumentReference/nowhere")},
          {ours, std::string("Patient/1")},
          {ours, std::string("what is no reference")}})
        CHECK(confirm(observation, location).holder == Holder::Nobody);
    CHECK(ehr.posts == 1);
    CHECK(ehr.companion.kept.empty());
}

}  // namespace likeness_test
