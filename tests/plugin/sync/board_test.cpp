#include "plugin/sync/board.h"

#include <map>

#include "adapters/companion_references.h"
#include "fhir/r4/element.h"
#include "plugin/domain/summary.h"
#include "plugin/records/projection.h"
#include "plugin/records/what_matters.h"
#include "tests/support/hospital_fixture.h"
#include "tests/support/json_at.h"

namespace board_test {

using plugin::records::stayOf;
using plugin::store::WardRow;
using test::at;

namespace {

WardRow row(const char* encounterClass, const char* start = "", const char* transferred = "") {
    WardRow result;
    result.encounterClass = encounterClass;
    result.start = start;
    result.transferred = transferred;
    return result;
}

fhir::Instant instant(const char* text) {
    return fhir::DateTime::parse(text).earliest();
}

std::string whatMatters(const std::vector<plugin::domain::Statement>& statements,
                        bool isUnread = false) {
    fhir::json::Writer writer;
    plugin::records::writeWhatMatters(
        writer, plugin::domain::summarise(statements, {}, {},
                                          fhir::DateTime::parse("2026-03-07T08:15:00Z").earliest(),
                                          isUnread));
    return writer.take();
}

/// A server with Ada and Bea on a unit without beds, whose searches for Observations bring `said`.
test::Wire::Handler unitOfTwo(std::vector<std::string> said) {
    return [said = std::move(said)](const fhir::http::Request& request) {
        const auto stay = [](const std::string& id) {
            return R"({"resourceType":"Encounter","id":"stay-)" + id +
                   R"(","status":"in-progress","subject":{"reference":"Patient/)" + id +
                   R"("},"location":[{"status":"active","location":{"reference":"Location/u"}}]})";
        };
        const auto& path = request.url.path;
        if (path.ends_with("/Location/u"))
            return test::answer(200, R"({"resourceType":"Location","id":"u","name":"Unit"})");
        if (path.ends_with("/Encounter"))
            return test::answer(200, test::searchset({stay("ada"), stay("bea")}));
        if (path.ends_with("/Patient"))
            return test::answer(200, test::searchset({R"({"resourceType":"Patient","id":"ada"})",
                                                      R"({"resourceType":"Patient","id":"bea"})"}));
        if (path.ends_with("/Observation")) return test::answer(200, test::searchset(said));
        return test::answer(200, test::searchset({}));
    };
}

/// Words of a person in their own categories, with what is odd about it.
std::string observation(const std::string& id, const std::string& patient, const std::string& words,
                        const std::string& odd) {
    return R"({"resourceType":"Observation","id":")" + id +
           R"(","status":"final","category":[{"coding":[{"system":)"
           R"("http://hl7.org/fhir/us/core/CodeSystem/us-core-category",)"
           R"("code":"care-experience-preference"}]}],"subject":{"reference":"Patient/)" +
           patient + R"("},"valueString":")" + words + R"(",)" + odd + "}";
}

const char* const kPlainCode =
    R"("code":{"coding":[{"system":"http://loinc.org","code":"95541-9"}]})";

const WardRow& rowOf(const plugin::sync::WardRead& ward, const std::string& patient) {
    for (const auto& one : ward.rows)
        if (one.patient == patient) return one;
    throw std::runtime_error("the test's ward has no such patient");
}

/// The words in a row, each with its speaker, in the order of the row.
std::string words(const WardRow& row, const adapters::Adapter& ehr) {
    std::string all;
    for (const auto& one : plugin::records::statementsOf(row, ehr))
        all += std::string(plugin::domain::toString(one.speaker)) + ": " + one.text + "\n";
    return all;
}

/// Reads what is about a patient of another server as well.
class Outside : public adapters::Adapter {
public:
    using Adapter::Adapter;
    adapters::FoundStatements statements(const std::vector<std::string>& ids) const override {
        auto found = Adapter::statements(ids);
        auto one = test::statementObservation("Said elsewhere.");
        one.id = "outside";
        one.subject->reference = "https://other.example/fhir/Patient/patient-1";
        found.observations.push_back(std::move(one));
        return found;
    }
};

}  // namespace

TEST_CASE("board: words about a patient of another server with the same id are nobody's",
          "[sync]") {
    const test::Hospital hospital(1);
    const auto& client = hospital.adapter().client();
    const Outside adapter(hospital.adapter().profile(), client, {}, {});

    const auto ward =
        plugin::sync::readWard(adapter, {"encounter-search", "Location/ward-7"}, test::kNow);

    REQUIRE(ward.rows.size() == 1);
    const auto all = plugin::records::statementsOf(ward.rows.front(), adapter);
    CHECK_FALSE(all.empty());
    for (const auto& statement : all) CHECK(statement.text != "Said elsewhere.");
}

TEST_CASE("board: an odd record of others is kept as it was sent, and costs nobody anything",
          "[sync]") {
    const std::string masked =
        R"({"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason",)"
        R"("valueCode":"masked"}]})";
    const std::string odd = GENERATE_COPY(
        R"("code":)" + masked, std::string(R"("code":{"text":""})"), std::string(R"("code":{})"),
        kPlainCode + (R"(,"component":[{"code":)" + masked + R"(,"valueString":"x"}])"),
        kPlainCode + std::string(R"(,"component":[{"code":{"coding":[{}]},"valueInteger":3}])"),
        kPlainCode + std::string(R"(,"performer":[{}],"note":[{"text":""}])"),
        kPlainCode + std::string(R"(,"ours":{"nobody":["knows",1.50,null]})"));
    const auto said = observation("1", "ada", "Sunday walks", odd);
    test::Scripted ehr(unitOfTwo({said, observation("2", "bea", "Tea at four", kPlainCode)}));

    const auto ward =
        plugin::sync::readWard(*ehr.adapter, {"encounter-search", "Location/u"}, test::kNow);

    INFO(odd);
    CHECK(rowOf(ward, "ada").statements == "[" + said + "]");
    CHECK_THAT(words(rowOf(ward, "ada"), *ehr.adapter), Catch::Contains("Sunday walks"));
    CHECK(words(rowOf(ward, "bea"), *ehr.adapter) == "patient: Tea at four\n");
    CHECK(ward.problems.empty());
}

TEST_CASE("board: who spoke is told of a record that names us by another address", "[sync]") {
    const auto said =
        observation("1", "ada", "Sunday walks",
                    kPlainCode + std::string(R"(,"performer":[{"reference":)"
                                             R"("HTTP://EHR.example:80/fhir/Patient/ada"}])"));
    test::Scripted ehr(unitOfTwo({said}));

    const auto ward =
        plugin::sync::readWard(*ehr.adapter, {"encounter-search", "Location/u"}, test::kNow);

    CHECK(rowOf(ward, "ada").statements == "[" + said + "]");
    CHECK(words(rowOf(ward, "ada"), *ehr.adapter) == "patient: Sunday walks\n");
}

TEST_CASE("board: what was made of another form is kept as ours, a value of a row as it was sent",
          "[sync]") {
    const auto profile = adapters::vendorProfile("generic").with(
        fhir::json::Document::parse(
            R"({"flowsheet":{"system":"urn:rows","code":"77"},
                "questionnaire":{"url":"https://q.example/1","linkId":"w"}})")
            .root());
    const auto row = R"({"resourceType":"Observation","id":"r","status":"final","code":{"coding":[
        {"system":"urn:rows","code":"77"}]},"component":[{"code":{"text":""}}],
        "subject":{"reference":"Patient/ada"},"valueString":"The sea"})";
    const auto form = R"({"resourceType":"QuestionnaireResponse","id":"f","status":"completed",
        "questionnaire":"https://q.example/1","subject":{"reference":"Patient/bea"},
        "item":[{"linkId":"w","answer":[{"valueString":"The garden"}]}]})";
    const auto unit = unitOfTwo({row});
    test::Scripted ehr(
        [&](const fhir::http::Request& request) {
            return request.url.path.ends_with("/QuestionnaireResponse")
                       ? test::answer(200, test::searchset({form}))
                       : unit(request);
        },
        profile);

    const auto ward =
        plugin::sync::readWard(*ehr.adapter, {"encounter-search", "Location/u"}, test::kNow);

    CHECK_THAT(words(rowOf(ward, "ada"), *ehr.adapter), Catch::Contains("The sea"));
    CHECK_THAT(rowOf(ward, "ada").statements, Catch::Contains("urn:rows"));
    CHECK_THAT(words(rowOf(ward, "bea"), *ehr.adapter), Catch::Contains("The garden"));
    CHECK(at(rowOf(ward, "bea").statements, "/0/made/id") == "QuestionnaireResponse-f");
    CHECK(ward.problems.empty());
}

TEST_CASE("board: whose words cannot be read is on the list, and is not said to be silent",
          "[sync]") {
    const int status = GENERATE(403, 404, 500);
    const auto unit = unitOfTwo({observation("1", "ada", "Sunday walks", kPlainCode)});
    bool isAnswered = true;
    const auto serve = [&](const fhir::http::Request& request) {
        const bool isBeas = request.url.path.ends_with("/Observation") &&
                            request.url.query.find("bea") != std::string::npos;
        return isBeas && !isAnswered ? test::answer(status) : unit(request);
    };
    test::Scripted ehr(serve);
    const auto read = [&](const plugin::sync::HeldRows& held) {
        return plugin::sync::readWard(*ehr.adapter, {"encounter-search", "Location/u"}, test::kNow,
                                      nullptr, held);
    };
    auto before = read({});
    for (auto& row : before.rows)
        if (row.patient == "bea")
            row.statements = "[" + observation("2", "bea", "Tea at four", kPlainCode) + "]";
    isAnswered = false;

    const auto ward = read([&] { return before.rows; });

    CHECK_FALSE(rowOf(before, "bea").isUnread);
    CHECK_FALSE(rowOf(ward, "ada").isUnread);
    CHECK(words(rowOf(ward, "ada"), *ehr.adapter) == "patient: Sunday walks\n");
    CHECK(rowOf(ward, "bea").isUnread);
    // What the EHR says no to is not shown from what was known before.
    CHECK(words(rowOf(ward, "bea"), *ehr.adapter) ==
          (status == 500 ? "patient: Tea at four\n" : ""));
    REQUIRE(ward.problems.size() == 1);
    CHECK(ward.problems[0].patient == "bea");
}

TEST_CASE("board: who cannot be told to be here or not stays as known, unless that is refused",
          "[sync]") {
    const int status = GENERATE(403, 500);
    const auto unit = unitOfTwo({});
    bool isAnswered = true;
    test::Scripted ehr([&](const fhir::http::Request& request) {
        if (!isAnswered && request.url.path.ends_with("/Patient"))
            return test::answer(200, test::searchset({R"({"resourceType":"Patient","id":"ada"})"}));
        return !isAnswered && request.url.path.ends_with("/Patient/bea") ? test::answer(status)
                                                                         : unit(request);
    });
    const auto read = [&](const plugin::sync::HeldRows& held) {
        return plugin::sync::readWard(*ehr.adapter, {"encounter-search", "Location/u"}, test::kNow,
                                      nullptr, held);
    };
    const auto before = read({});
    isAnswered = false;

    const auto ward = read([&] { return before.rows; });

    CHECK(before.rows.size() == 2);
    CHECK(ward.rows.size() == (status == 500 ? 2 : 1));
    if (status == 500) CHECK(rowOf(ward, "bea").isUnread);
    REQUIRE(ward.problems.size() == 1);
    CHECK_THAT(ward.problems[0].text, Catch::Contains("Patient/bea cannot be read"));
}

TEST_CASE("board: the log of a reading says what its problems are about, and names nobody",
          "[sync]") {
    plugin::sync::WardRead ward;
    CHECK(ward.problemKinds() == "");

    ward.problems = {{"/entry/0/resource/issued", "t", "Observation/o1", "ada"},
                     {"/entry/7/resource/issued", "t", "Observation/o2", "bea"},
                     {"/entry/7/resource/component/3/code", "t", "Observation/o2"},
                     {"/entry/7", "t"},
                     {.path = "", .text = "t", .patient = "ada"},
                     {"", "Encounter/e1 is left out", "Encounter/e1"},
                     {"", "The server remarked"}};

    CHECK(ward.problemKinds() ==
          "/entry: 1, Encounter: 1, Observation /component/code: 1, Observation /issued: 2, "
          "Patient: 1, other: 1");
}

TEST_CASE("board: a server without Observations has a ward all the same, with one line", "[sync]") {
    const auto unit = unitOfTwo({});
    test::Scripted ehr([&](const fhir::http::Request& request) {
        return request.url.path.ends_with("/Observation") ? test::answer(404) : unit(request);
    });

    const auto ward =
        plugin::sync::readWard(*ehr.adapter, {"encounter-search", "Location/u"}, test::kNow);

    CHECK(ward.rows.size() == 2);
    CHECK(rowOf(ward, "ada").isUnread);
    CHECK(ward.problems.size() == 1);
}

TEST_CASE("board: a ward is read whole, each person with their own words", "[sync]") {
    test::Hospital hospital;

    const auto ward = plugin::sync::readWard(hospital.adapter(),
                                             {"encounter-search", "Location/ward-7"}, test::kNow);

    REQUIRE(ward.rows.size() == 24);
    CHECK(ward.problems.empty());
    std::size_t said = 0;
    for (const auto& one : ward.rows) {
        INFO(one.encounter);
        CHECK_FALSE(one.name.empty());
        CHECK_FALSE(one.location.empty());
        CHECK_FALSE(one.start.empty());
        for (const auto& statement : plugin::records::statementsOf(one, hospital.adapter())) {
            CHECK(statement.patient == one.patient);
            ++said;
        }
    }
    CHECK(said > 24);
}

TEST_CASE("board: whoever is not outside is in hospital", "[sync]") {
    const auto [encounterClass, inHospital] = GENERATE(table<const char*, bool>({
        {"IMP", true},
        {"EMER", true},
        {"ACUTE", true},
        {"OBSENC", true},
        {"SS", true},
        {"", true},
        {"ward-stay", true},
        {"AMB", false},
        {"HH", false},
        {"VR", false},
        {"FLD", false},
    }));
    INFO(encounterClass);

    CHECK(stayOf(row(encounterClass)).inHospital == inHospital);
}

TEST_CASE("board: a stay begins at its start, and a move counts where it is later", "[sync]") {
    const auto moved = stayOf(row("IMP", "2026-03-01T10:00:00Z", "2026-03-04T10:00:00Z"));
    const auto same = stayOf(row("IMP", "2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z"));
    const auto unknown = stayOf(row("IMP", "", "2026-03-04T10:00:00Z"));

    CHECK(moved.admitted == instant("2026-03-01T10:00:00Z"));
    CHECK(moved.transferred == instant("2026-03-04T10:00:00Z"));
    CHECK_FALSE(same.transferred);
    CHECK_FALSE(unknown.admitted);
    CHECK_FALSE(stayOf(row("IMP", "no date")).admitted);
}

TEST_CASE("board: the list shows the words, but none that are kept to the care team", "[sync]") {
    plugin::domain::Statement statement{.id = "urn:uuid:6f1d9c3e-0b5a-4c1e-9d6a-3f2b7a8c9d10",
                                        .patient = "amara-1",
                                        .said = fhir::DateTime::parse("2026-03-07T08:00:00Z")};
    statement.text = "To be home before my sister's wedding.";
    const auto open = whatMatters({statement});
    statement.keepToTeam = true;
    const auto kept = whatMatters({statement});

    CHECK(at(open, "/text") == statement.text);
    CHECK(at(open, "/by") == "patient");
    CHECK(at(open, "/said") == "2026-03-07T08:00:00Z");
    CHECK(at(open, "/kept") == "");
    CHECK(at(kept, "/text") == "");
    CHECK(at(kept, "/kept") == "true");
    CHECK(at(whatMatters({}), "/freshness") == "unasked");
    CHECK(at(whatMatters({}), "/unread") == "");
    CHECK(at(whatMatters({}, true), "/freshness") == "unread");
    CHECK(at(whatMatters({statement}, true), "/freshness") == "fresh");
    CHECK(at(whatMatters({statement}, true), "/unread") == "true");
}

TEST_CASE("board: of two sayings that conflict both are on the list, each with who said it",
          "[sync]") {
    plugin::domain::Statement own{.id = "Observation/1",
                                  .patient = "amara-1",
                                  .said = fhir::DateTime::parse("2026-03-06T08:00:00Z")};
    own.text = "I want to go home.";
    auto hers = own;
    hers.id = "Observation/2";
    hers.said = fhir::DateTime::parse("2026-03-06T18:00:00Z");
    hers.text = "He should stay here.";
    hers.speaker = plugin::domain::Speaker::RelatedPerson;
    hers.speakerName = "Petra, daughter";

    const auto both = whatMatters({own, hers});
    own.keepToTeam = true;
    const auto kept = whatMatters({own, hers});
    hers.speaker = plugin::domain::Speaker::Unknown;

    CHECK(at(both, "/freshness") == "doubted");
    CHECK(at(both, "/text") == hers.text);
    CHECK(at(both, "/by") == "related-person");
    CHECK(at(both, "/byName") == "Petra, daughter");
    CHECK(at(both, "/other/text") == "I want to go home.");
    CHECK(at(both, "/other/by") == "patient");
    CHECK(at(both, "/other/said") == "2026-03-06T08:00:00Z");
    CHECK(at(kept, "/other/text") == "");
    CHECK(at(kept, "/other/kept") == "true");
    CHECK(at(whatMatters({hers}), "/by") == "unknown");
    CHECK(at(whatMatters({hers}), "/other") == "");
}

TEST_CASE("board: what a companion server holds is on the list, and what is in the chart is once",
          "[sync]") {
    test::Hospital hospital(3);
    test::Hospital storage(1);
    const auto& home = hospital.adapter().client().options().base;
    const auto keep = [&](const fhir::Observation& statement) {
        const auto there =
            std::get<fhir::Observation>(adapters::toCompanionReferences(statement, home));
        storage.adapter().client().create("Observation", fhir::toJsonText(there));
    };
    keep(test::statementObservation("Kept elsewhere."));
    auto both = test::statementObservation("In two places.");
    both.encounter.reset();
    both.identifier.front().value = "urn:uuid:1f4d3f0a-9a61-4a53-8f7e-2f1b6d5c4e3a";
    hospital.adapter().client().create("Observation", fhir::toJsonText(both));
    keep(both);
    int unread = 0;
    const auto times = [&](const std::string& words) {
        const auto ward =
            plugin::sync::readWard(hospital.adapter(), {"encounter-search", "Location/ward-7"},
                                   test::kNow, &storage.adapter());
        int count = 0;
        unread = 0;
        for (const auto& one : ward.rows) {
            unread += one.isUnread ? 1 : 0;
            for (const auto& statement : plugin::records::statementsOf(one, hospital.adapter()))
                if (statement.text == words && statement.patient == one.patient) ++count;
        }
        return std::pair(count, ward.problems);
    };

    CHECK(times("Kept elsewhere.").first == 1);
    CHECK(times("In two places.").first == 1);
    CHECK(times("In two places.").second.empty());
    CHECK(unread == 0);

    storage.wire().handler = [](const auto&) { return test::answer(503); };
    const auto [count, problems] = times("Kept elsewhere.");
    CHECK(count == 0);
    REQUIRE(problems.size() == 1);
    CHECK(unread == 3);
    CHECK(problems.front().text ==
          "The companion server ehr.example cannot be read at the moment: words that are kept "
          "there may be missing here.");
}

}  // namespace board_test
