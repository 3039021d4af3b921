#include <functional>
#include <map>

#include "adapters/routes/statement_text.h"
#include "adapters/statements/statements.h"
#include "fhir/base/base64.h"
#include "fhir/base/random.h"
#include "tests/support/hospital_fixture.h"

namespace compare_texts_test {

using adapters::Authored;
using adapters::Profile;
using adapters::vendorProfile;
using fhir::ErrorKind;
using fhir::http::Request;
using fhir::http::Response;
using test::answer;
using test::searchset;
using test::thrown;

namespace {

/// Every route open, so that each test closes one.
Profile openProfile() {
    return vendorProfile("generic").with(fhir::json::Document::parse(R"({
          "flowsheet": {"system": "urn:oid:1.2", "code": "4711", "encounterRequired": true},
          "questionnaire": {"url": "https://x.example/Questionnaire/q", "linkId": "1"},
          "communication": {"statementRecipients": ["Group/staff"],
                            "flagRecipients": ["Group/team"], "sender": "Organization/us"},
          "task": {"statementOwner": "Organization/ward", "flagOwner": "Group/team"},
          "routes": ["document-reference", "companion"]})")
                                             .root());
}

/// A server that takes every type, keeps what it gets, and may change it on the way.
struct Chart {
    explicit Chart(Profile profile = openProfile())
        : ehr([this](const Request& request) { return serve(request); }, std::move(profile)) {}

    Response serve(const Request& request) {
        const auto& path = request.url.path;
        if (path.ends_with("/metadata")) return answer(200, metadata());
        if (request.method == "POST") {
            const auto type = path.substr(path.rfind('/') + 1);
            auto body = request.body;
            body.insert(1, R"("id":"9",)");
            kept[type] = change ? change(std::move(body)) : std::move(body);
            if (lost) return answer(500);
            return {201, {{"Location", path + "/9"}}, ""};
        }
        for (const auto& [type, resource] : kept) {
            if (path.ends_with("/" + type + "/9")) return answer(200, resource);
            if (path.ends_with("/" + type)) return answer(200, searchset({resource}));
        }
        return answer(path.find_last_of('/') == 5 ? 200 : 404, searchset({}));
    }

    std::string metadata() const {
        std::string types;
        for (const char* type : {"Observation", "Flag", "QuestionnaireResponse",
                                 "DocumentReference", "Communication", "Task"})
            if (closed != type)
                types += std::string(types.empty() ? "" : ",") + R"({"type":")" + type +
                         R"(","interaction":[{"code":"create"}]})";
        return R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","rest":[
            {"mode":"server","resource":[)" +
               types + "]}]}";
    }

    adapters::LadderResult write(const std::string& route, const Authored& authored,
                                 bool mayBeThere = false) {
        return ehr.adapter->write({route, "companion"}, authored, storage, mayBeThere);
    }
    fhir::json::Document sent() const {
        for (const auto& request : ehr.wire.requests)
            if (request.method == "POST") return fhir::json::Document::parse(request.body);
        FAIL("nothing was sent");
        return fhir::json::Document::parse("{}");
    }

    std::map<std::string, std::string> kept;
    std::function<std::string(std::string)> change;
    std::string closed;
    bool lost = false;
    test::MemoryCompanion storage;
    test::Scripted ehr;
};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

Profile with(const std::string& fields) {
    return openProfile().with(fhir::json::Document::parse("{" + fields + "}").root());
}

struct RouteAndType {
    std::string route, type;
};

const std::vector<RouteAndType> kTextRoutes{{"flowsheet-observation", "Observation"},
                                            {"questionnaire-response", "QuestionnaireResponse"},
                                            {"document-reference", "DocumentReference"},
                                            {"communication", "Communication"},
                                            {"task", "Task"}};

}  // namespace

TEST_CASE("text routes: each writes the words, the patient and our identifier", "[adapters]") {
    for (const auto& [route, type] : kTextRoutes) {
        INFO(route);
        Chart chart;

        const auto result = chart.write(route, test::statementObservation());

        CHECK(result.route == route);
        CHECK(result.location == type + "/9");
        CHECK(result.remark == "");
        const auto text = chart.sent().root().toJson();
        CHECK(text.find("Patient/patient-1") != std::string::npos);
        CHECK(text.find(test::kStatementUrn) != std::string::npos);
        CHECK(chart.storage.kept.empty());
    }
}

TEST_CASE("text routes: a reply that is lost is looked for, and nothing is sent twice",
          "[adapters]") {
    const bool keepsIdentifiers = GENERATE(true, false);
    for (const auto& [route, type] : kTextRoutes) {
        INFO(route);
        Chart chart(
            with(std::string(R"("keepsIdentifiers":)") + (keepsIdentifiers ? "true" : "false")));
        chart.lost = true;
        if (!keepsIdentifiers)
            chart.change = [](std::string body) {
                return replaced(std::move(body), R"("value":"urn:uuid:3f)", R"("value":"77:3f)");
            };
        CHECK(thrown([&] { chart.write(route, test::statementObservation()); }).kind() ==
              ErrorKind::Unavailable);
        chart.lost = false;

        const auto result = chart.write(route, test::statementObservation(), true);

        CHECK(result.location == type + "/9");
        CHECK(chart.ehr.wire.count("POST", "/" + type) == 1);
    }
}

TEST_CASE("text routes: other words or another patient are never delivered", "[adapters]") {
    const auto [from, to] = GENERATE(table<std::string, std::string>(
        {{"Patient/patient-1", "Patient/patient-2"}, {"see the sea", "see the end"}}));
    for (const auto& [route, type] : kTextRoutes) {
        INFO(route);
        Chart chart;
        const auto from_ = from;
        const auto to_ = to;
        chart.change = [&](std::string body) {
            if (body.find(from_) != std::string::npos) {
                for (auto at = body.find(from_); at != std::string::npos; at = body.find(from_))
                    body.replace(at, from_.size(), to_);
                return body;
            }
            auto other = test::statementObservation("I want to see the end.");  // inside base64
            return replaced(
                std::move(body),
                fhir::base64(adapters::wordsAsText(test::statementObservation(), "text/plain")),
                fhir::base64(adapters::wordsAsText(other, "text/plain")));
        };

        const auto result = chart.write(route, test::statementObservation());

        CHECK(result.route == "companion");
        REQUIRE(result.skipped.size() == 1);
        CHECK_THAT(result.skipped[0].why, Catch::Contains("the EHR holds it, but"));
    }
}

TEST_CASE("text routes: each says beforehand why it is closed", "[adapters]") {
    const auto [route, fields, why] = GENERATE(table<std::string, std::string, std::string>({
        {"observation", R"("observation":{"categories":["vital-signs"]})", "category vital-signs"},
        {"flowsheet-observation", R"("flowsheet":{"code":""})", "no flowsheet row"},
        {"questionnaire-response", R"("questionnaire":{"url":""})", "no questionnaire"},
        {"questionnaire-response", R"("questionnaire":{"linkId":""})", "no questionnaire"},
        {"document-reference", R"("document":{"authorRequired":true})", "needs an author"},
        {"communication", R"("communication":{"statementRecipients":[]})", "named nobody"},
        {"task", R"("task":{"statementOwner":""})", "named nobody"},
    }));
    Chart chart(with(fields));

    const auto result = chart.write(route, test::statementObservation());

    CHECK(result.route == "companion");
    REQUIRE(result.skipped.size() == 1);
    CHECK_THAT(result.skipped[0].why, Catch::Contains(why));
    CHECK(chart.ehr.wire.count("POST", "") == 0);
}

TEST_CASE("text routes: what names no encounter stays out where one is needed", "[adapters]") {
    const auto [route, fields] = GENERATE(table<std::string, std::string>({
        {"observation", R"("observation":{"encounterRequired":true})"},
        {"flowsheet-observation", ""},
        {"document-reference", R"("document":{"encounterRequired":true})"},
    }));
    Chart chart(with(fields));
    auto statement = test::statementObservation();
    statement.encounter.reset();

    const auto result = chart.write(route, statement);

    CHECK(result.route == "companion");
    CHECK_THAT(result.skipped.at(0).why, Catch::Contains("encounter"));
}

TEST_CASE("text routes: no words, words taken back, and what the server does not take",
          "[adapters]") {
    for (const auto& [route, type] : kTextRoutes) {
        INFO(route);
        auto declined = test::statementObservation();
        declined.valueString.reset();
        declined.dataAbsentReason = fhir::CodeableConcept{{}, "asked, declined"};
        auto retracted = test::statementObservation();
        retracted.status = "entered-in-error";
        Chart chart;
        Chart without;
        without.closed = type;

        CHECK_THAT(chart.write(route, declined).skipped.at(0).why,
                   Catch::Contains("there are none"));
        CHECK_THAT(chart.write(route, retracted).skipped.at(0).why, Catch::Contains("words back"));
        CHECK_THAT(without.write(route, test::statementObservation()).skipped.at(0).why,
                   Catch::Contains("takes no new " + type));
    }
}

TEST_CASE("text routes: words for the care team stay out of an EHR that drops the label",
          "[adapters]") {
    auto kept = test::statementObservation();
    kept.meta = fhir::Meta{};
    kept.meta->security = {{"http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "R", {}}};
    auto routes = kTextRoutes;
    routes.push_back({"observation", "Observation"});
    for (const auto& [route, type] : routes) {
        INFO(route);
        Chart drops(with(R"("keepsSecurityLabels":false)"));

        const auto result = drops.write(route, kept);

        CHECK(result.route == "companion");
        CHECK_THAT(result.skipped.at(0).why, Catch::Contains("for the care team alone"));
    }
}

TEST_CASE("text routes: a type that only the site knows of can be written", "[adapters]") {
    Chart chart(with(R"("createsBeyondMetadata":["Task"])"));
    chart.closed = "Task";

    CHECK(chart.write("task", test::statementObservation()).route == "task");
}

TEST_CASE("text routes: without a granted scope nothing is sent", "[adapters]") {
    const auto [granted, route] = GENERATE(table<std::string, std::string>({
        {"system/Task.r system/Observation.crs", "companion"},
        {"system/Task.c", "task"},
        {"user/*.cruds", "task"},
        {"system/Task.write", "task"},
    }));
    test::Scripted ehr([](const Request&) { return answer(404); });
    Chart chart;
    const auto scopes = fhir::smart::Scopes::parse(granted);
    const auto adapter = adapters::makeAdapter(
        openProfile(), fhir::Client(chart.ehr.wire, test::Scripted::options()), {},
        [&]() -> std::optional<fhir::smart::Scopes> { return scopes; });

    const auto result =
        adapter->write({"task", "companion"}, test::statementObservation(), chart.storage, false);

    CHECK(result.route == route);
    if (route == "companion")
        CHECK_THAT(result.skipped.at(0).why, Catch::Contains("granted no scope to create Task"));
}

TEST_CASE("flowsheet: the row's code and category, final, and nothing of ours beside",
          "[adapters]") {
    Chart chart;

    chart.write("flowsheet-observation", test::statementObservation());

    const auto sent = chart.sent();
    const auto code = sent.root().at("code").at("coding");
    CHECK(code.size() == 1);
    CHECK(code.toJson() == R"([{"system":"urn:oid:1.2","code":"4711"}])");
    CHECK_THAT(sent.root().at("category").toJson(), Catch::Contains("vital-signs"));
    CHECK(sent.root().at("status").text() == "final");
    CHECK(sent.root().at("encounter").at("reference").text() == "Encounter/stay-1");
    CHECK(!sent.root().find("performer"));
    CHECK(!sent.root().find("language"));
}

TEST_CASE("document: a page of text with what each vendor requires", "[adapters]") {
    const std::string type = GENERATE(as<std::string>{}, "text/plain", "application/xhtml+xml");
    Chart chart(with(R"("document":{"docStatus":"final","author":"Practitioner/7","period":true,
        "typeSystem":"urn:oid:5","typeCode":"12","categoryCode":"note","contentType":")" +
                     type + "\"}"));

    CHECK(chart.write("document-reference", test::statementObservation()).remark == "");

    const auto sent = chart.sent();
    const auto& root = sent.root();
    CHECK(root.at("docStatus").text() == "final");
    CHECK(root.at("author").toJson() == R"([{"reference":"Practitioner/7"}])");
    CHECK_THAT(root.at("type").toJson(), Catch::Contains(R"("code":"12")"));
    CHECK_THAT(root.at("category").toJson(), Catch::Contains("note"));
    CHECK(root.at("context").at("period").at("start").text() == "2026-03-10T09:30:00Z");
    const auto content = *root.at("content").array().begin();
    const auto page = fhir::decodeBase64(content.at("attachment").at("data").text());
    CHECK(adapters::readWords(*page, type)->words == "I want to see the sea.");
}

TEST_CASE("flags: a message or a task goes to the team and names no person", "[adapters]") {
    for (const auto& [route, type] :
         std::vector<RouteAndType>{{"communication", "Communication"}, {"task", "Task"}}) {
        INFO(route);
        Chart chart;

        const auto result = chart.write(route, test::teamFlag());

        CHECK(result.location == type + "/9");
        const auto sent = chart.sent().root().toJson();
        CHECK(sent.find("Group/team") != std::string::npos);
        for (const char* person :
             {"Patient", "Practitioner", "\"subject\"", "\"for\"", "\"encounter\""})
            CHECK(sent.find(person) == std::string::npos);
    }
}

TEST_CASE("flags: a server that puts a patient to a team's flag has not delivered it",
          "[adapters]") {
    const auto [route, member] =
        GENERATE(table<std::string, std::string>({{"communication", "subject"}, {"task", "for"}}));
    Chart chart;
    const auto member_ = member;
    chart.change = [&](std::string body) {
        return body.insert(1, '"' + member_ + R"(":{"reference":"Patient/1"},)");
    };

    CHECK(chart.write(route, test::teamFlag()).route == "companion");
}

TEST_CASE("flags: where the site named nobody, or the flag is over, none is sent", "[adapters]") {
    Chart nobody(with(R"("communication":{"flagRecipients":[]},"task":{"flagOwner":""})"));
    Chart chart;
    auto over = test::teamFlag();
    over.status = "inactive";
    for (const char* route : {"communication", "task"}) {
        CHECK(nobody.write(route, test::teamFlag()).route == "companion");
        CHECK(chart.write(route, over).route == "companion");
    }
    for (const char* route :
         {"flowsheet-observation", "questionnaire-response", "document-reference"})
        CHECK(chart.write(route, test::teamFlag()).route == "companion");
}

TEST_CASE("statements: what any route wrote is read again, once, in the same words", "[adapters]") {
    for (const auto& [route, type] :
         std::vector<RouteAndType>({{"flowsheet-observation", "Observation"},
                                    {"questionnaire-response", "QuestionnaireResponse"},
                                    {"document-reference", "DocumentReference"}})) {
        INFO(route);
        Chart chart;
        chart.write(route, test::statementObservation());

        const auto found = chart.ehr.adapter->statements({"patient-1"});

        CHECK(test::texts(found.problems) == "");
        REQUIRE(found.observations.size() == 1);
        const auto& one = found.observations[0];
        CHECK(one.valueString == "I want to see the sea.");
        CHECK(one.identifier.at(0).value == test::kStatementUrn);
        CHECK(one.effectiveDateTime->text() == "2026-03-10T09:30:00Z");
        CHECK(adapters::isStatement(one));
        if (type != "Observation") CHECK(one.derivedFrom.at(0).reference == type + "/9");
    }
}

TEST_CASE("statements: the same statement in two forms is given once", "[adapters]") {
    Chart chart;
    chart.write("observation", test::statementObservation());
    chart.write("document-reference", test::statementObservation());
    chart.write("questionnaire-response", test::statementObservation());

    const auto found = chart.ehr.adapter->statements({"patient-1"});

    REQUIRE(found.observations.size() == 1);
    CHECK(found.observations[0].id == "9");
}

TEST_CASE("statements: a form that may not be read is said, and the rest is there", "[adapters]") {
    const auto status = GENERATE(400, 403, 404);
    Chart chart;
    chart.write("observation", test::statementObservation());
    chart.ehr.wire.handler = [&](const Request& request) {
        return request.url.path.ends_with("/DocumentReference") ? answer(status)
                                                                : chart.serve(request);
    };

    const auto found = chart.ehr.adapter->statements({"patient-1"});

    CHECK(found.observations.size() == 1);
    REQUIRE(found.problems.size() == 1);
    CHECK_THAT(found.problems[0].text, Catch::Contains("documents cannot be read"));
}

}  // namespace compare_texts_test
