// Every read and write of patient data is on record (IHE BALP): each route of the real service, on
// both engines.
#include <algorithm>
#include <map>
#include <set>

#include "fhir/r4/audit_event.h"
#include "plugin/audit/audit_table.h"
#include "plugin/domain/statement.h"
#include "plugin/store/tables/companion_table.h"
#include "tests/service/service_fixture.h"

namespace service_audit_test {

using plugin::audit::AuditTable;
using test::eventually;
using test::form;
using test::kUuid;
using test::ServiceFixture;

namespace {

/// What one event says: who did what by which way, and to whose data.
struct Heard {
    std::string action, way, who, patient;
};

Heard tell(const std::string& json) {
    const auto document = fhir::json::Document::parse(json);
    const auto event = fhir::AuditEvent::fromJson(document.root());
    Heard told{.action = event.action.value_or(""),
               .way = event.agent.front().name.value_or(""),
               .who = {},
               .patient = {}};
    for (const auto& agent : event.agent)
        if (agent.requestor && agent.who)
            told.who = agent.who->reference.value_or(agent.who->display.value_or(""));
    for (const auto& entity : event.entity)
        if (entity.role && entity.role->code == "1") told.patient = entity.what->relative();
    return told;
}

/// The service, with somebody at a ward's page and somebody at a patient's.
struct Day {
    explicit Day(bool postgresql) : fixture({.postgresql = postgresql}) {
        fixture.readWard();
        ward = fixture.openWard();
        patient = fixture.open("patient-1");
    }

    std::vector<Heard> toldAfter(std::int64_t sequence) {
        std::vector<Heard> result;
        for (const auto& record : AuditTable(database).list({.after = sequence}))
            result.push_back(tell(record.event));
        return result;
    }
    std::int64_t last() {
        const auto all = AuditTable(database).list({.limit = 100'000});
        return all.empty() ? 0 : all.back().sequence;
    }
    /// Whether soon there is an event after this one that says so.
    bool isTold(std::int64_t sequence, const std::string& action, const std::string& way,
                const std::string& about) {
        return eventually([&] {
            const auto told = toldAfter(sequence);
            return std::any_of(told.begin(), told.end(), [&](const Heard& one) {
                return one.action == action && one.way == way && one.patient == about;
            });
        });
    }

    ServiceFixture fixture;
    plugin::store::Database database{fixture.store()};
    test::Page ward, patient;
};

/// Keeps a resource about patient-1 in the companion, under the id of its type.
void keep(Day& day, const std::string& type, const std::string& subject) {
    auto json = R"({"resourceType":")" + type + R"(","id":"kept-)" + type +
                R"(","subject":{"reference":")" + subject + "\"}}";
    if (type == "Observation") {
        plugin::domain::Statement statement{.id = std::string("urn:uuid:") + kUuid,
                                            .patient = "patient-1",
                                            .text = "Made up: tea.",
                                            .said = fhir::DateTime::parse("2026-03-07")};
        auto observation = plugin::domain::toObservation(statement);
        observation.id = "kept-Observation";
        json = fhir::toJsonText(observation);
    }
    day.database.transaction([&](Poco::Data::Session& session) {
        plugin::store::CompanionTable(day.database)
            .keep(session, {.type = type,
                            .id = "kept-" + type,
                            .connection = "general",
                            .subject = subject,
                            .json = json,
                            .lastUpdated = std::chrono::system_clock::now()});
    });
}

/// Routes that answer or take patient data, how each is asked, and what is then on record.
struct Telling {
    std::string route, action, way;
    std::function<test::Response(Day&)> ask;
};

std::vector<Telling> companionRoutes() {
    std::vector<Telling> routes;
    for (const std::string type : {"Observation", "DocumentReference", "QuestionnaireResponse"}) {
        const auto path = "/fhir/" + type;
        routes.push_back({"GET " + path, "E", "companion", [path](Day& day) {
                              return day.fixture.get(path + "?patient=patient-1");
                          }});
        routes.push_back({"POST " + path + "/_search", "E", "companion", [path](Day& day) {
                              return day.fixture.post(path + "/_search", "patient=patient-1");
                          }});
        routes.push_back({"GET " + path + "/{id}", "R", "companion", [path, type](Day& day) {
                              return day.fixture.get(path + "/kept-" + type);
                          }});
    }
    return routes;
}

std::vector<Telling> routesThatTell() {
    const std::string statements = "/api/patient/statements";
    std::vector<Telling> routes{
        {"POST /cds-services/{id}", "R", "CDS card",
         [](Day& day) {
             return day.fixture.post(
                 "/cds-services/what-matters",
                 R"({"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",)"
                 R"("context":{"userId":"Practitioner/1","patientId":"patient-1"}})");
         }},
        {"GET /api/ward", "E", "ward page",
         [](Day& day) { return day.fixture.get(day.ward, "/api/ward"); }},
        {"GET /api/patient", "R", "patient page",
         [](Day& day) { return day.fixture.get(day.patient, "/api/patient"); }},
        {"POST " + statements, "C", "patient page",
         [=](Day& day) {
             return day.fixture.post(day.patient, statements, form("Made up: tea."));
         }},
        {"GET " + statements + "/{id}", "R", "patient page",
         [=](Day& day) { return day.fixture.get(day.patient, statements + "/" + kUuid); }},
        {"POST " + statements + "/{id}/withdrawal", "U", "patient page", [=](Day& day) {
             return day.fixture.post(day.patient, statements + "/" + kUuid + "/withdrawal", "{}");
         }}};
    for (auto& route : companionRoutes()) routes.push_back(std::move(route));
    return routes;
}

/// Routes that neither answer nor take data of a patient, and why.
const std::map<std::string, std::string> kSilent{
    {"GET /cds-services", "what the services are"},
    {"POST /cds-services/{id}/feedback", "names nobody: a card is known by an id of ours"},
    {"OPTIONS /cds-services", "who may call from a browser"},
    {"OPTIONS /cds-services/{id}", "who may call from a browser"},
    {"OPTIONS /cds-services/{id}/feedback", "who may call from a browser"},
    {"GET /fhir/metadata", "what the companion can do"},
    {"GET /fhir/Flag", "is about teams, never about patients"},
    {"POST /fhir/Flag/_search", "is about teams, never about patients"},
    {"GET /fhir/Flag/{id}", "is about teams, never about patients"},
    {"GET /api/context", "what the page was opened with"},
    {"POST /api/contexts", "opens a page, which then reads"},
    {"GET /api/units", "names wards, and nobody"},
    {"POST /api/units/{unit}/contexts", "opens a page, which then reads"},
    {"POST /api/sign-out", "ends pages"},
    {"GET /api/ward/events", "says that something changed, not what"},
    {"GET /api/patient/events", "says that something changed, not what"},
    {"GET /app/patient", "the page without its data"},
    {"GET /app/units", "the page without its data"},
    {"GET /app/ward/{unit}", "the page without its data"},
    {"GET /app/ask", "the page without its data"},
    {"GET /app/assets/{path...}", "scripts and styles"},
    {"GET /app/{path...}", "there is no such page"},
    {"GET /health/live", "the service"},
    {"GET /health/ready", "the service"},
    {"GET /metrics", "counts"},
    {"GET /.well-known/jwks.json", "our public keys"},
    {"GET /launch", "begins a launch"},
    {"GET /callback", "ends a launch: opens a page, which then reads"},
    {"POST /subscriptions/{connection}", "a hint to read; what is read for it is on record"},
    {"PUT /subscriptions/{connection}/{type}/{id}", "the same, with the resource in its address"},
    {"DELETE /subscriptions/{connection}/{type}/{id}", "the same"},
    {"GET /development/start", "what there is to open"},
    {"POST /development/links", "makes a link"},
    {"GET /development/open", "opens a page, which then reads"},
};

}  // namespace

TEST_CASE("audit: every route of the service is known to leave an event, or to need none",
          "[service]") {
    const ServiceFixture fixture;
    std::set<std::string> known;
    for (const auto& route : routesThatTell()) known.insert(route.route);
    for (const auto& [route, why] : kSilent) {
        CHECK_FALSE(why.empty());
        CHECK(known.insert(route).second);  // not both
    }

    for (const auto& route : fixture.routes()) {
        INFO("say in this file what is on record of " << route);
        CHECK(known.count(route) == 1);
    }
}

TEST_CASE("audit: what answers or takes patient data leaves an event", "[service]") {
    Day day(GENERATE(false, true));
    for (const char* type : {"Observation", "DocumentReference", "QuestionnaireResponse"})
        keep(day, type, "Patient/patient-1");

    for (const auto& route : routesThatTell()) {
        INFO(route.route);
        const auto before = day.last();
        const auto response = route.ask(day);
        CHECK(response.status / 100 == 2);
        CHECK(day.isTold(before, route.action, route.way, "Patient/patient-1"));
    }

    CHECK(AuditTable(day.database).verify().isWhole());
    CHECK(test::has(day.fixture.operations("/metrics").body, "whatmatters_audit_lost 0"));
    CHECK_FALSE(test::has(day.fixture.log(), "audit-"));
}

TEST_CASE("audit: an event says who it was", "[service]") {
    Day day(false);
    const auto before = day.last();

    for (const auto& route : routesThatTell())
        if (route.way == "CDS card" || route.route == "GET /api/patient") route.ask(day);
    REQUIRE(day.isTold(before, "R", "patient page", "Patient/patient-1"));

    bool isClinician = false;
    bool isPageUser = false;
    for (const auto& told : day.toldAfter(before)) {
        if (told.way == "CDS card")
            isClinician = told.who == day.fixture.ehr.base() + "/Practitioner/1";
        if (told.way == "patient page") isPageUser = told.who == "Demonstration user";
    }
    CHECK(isClinician);
    CHECK(isPageUser);
}

TEST_CASE("audit: a ward is one event for each patient, and one look while it lies open",
          "[service]") {
    Day day(false);
    const auto before = day.last();
    const auto looks = [&] {
        const auto told = day.toldAfter(before);
        return std::count_if(told.begin(), told.end(),
                             [](const Heard& one) { return one.way == "ward page"; });
    };

    day.fixture.get(day.ward, "/api/ward");
    CHECK(eventually([&] { return looks() == 3; }));
    day.fixture.get(day.ward, "/api/ward");
    const auto marker = day.last();
    day.fixture.get(day.patient, "/api/patient");
    REQUIRE(day.isTold(marker, "R", "patient page", "Patient/patient-1"));

    CHECK(looks() == 3);
}

TEST_CASE("audit: a refused request is no access", "[service]") {
    Day day(false);
    const auto before = day.last();

    CHECK(day.fixture.get("/api/patient").status == 401);
    CHECK(day.fixture.get(day.ward, "/api/patient").status == 403);
    day.fixture.get(day.ward, "/api/ward");
    REQUIRE(day.isTold(before, "E", "ward page", "Patient/patient-1"));

    for (const auto& told : day.toldAfter(before)) CHECK(told.way != "patient page");
}

TEST_CASE("audit: the service's own reading is on record where it brings something new",
          "[service]") {
    Day day(false);
    const auto readings = [&] {
        const auto told = day.toldAfter(0);
        return std::count_if(told.begin(), told.end(), [](const Heard& one) {
            return one.way == "sync" && one.action == "E" && one.patient.empty();
        });
    };
    CHECK(eventually([&] { return readings() == 1; }));

    day.fixture.readWard();
    const auto marker = day.last();
    day.fixture.get(day.patient, "/api/patient");
    REQUIRE(day.isTold(marker, "R", "patient page", "Patient/patient-1"));

    CHECK(readings() == 1);
}

TEST_CASE("audit: a delivery into the EHR is on record as ours", "[service]") {
    Day day(false);
    const auto before = day.last();

    day.fixture.post(day.patient, "/api/patient/statements", form("Made up: tea."));

    CHECK(day.isTold(before, "C", "patient page", "Patient/patient-1"));
    CHECK(day.isTold(before, "C", "outbox", "Patient/patient-1"));
}

}  // namespace service_audit_test
