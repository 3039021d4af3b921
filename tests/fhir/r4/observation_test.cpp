#include "fhir/r4/observation.h"

#include "tests/support/resource.h"
#include "tests/support/text.h"

namespace observation_test {

using fhir::CodeableConcept;
using fhir::DateTime;
using fhir::Observation;
using fhir::Reference;
using test::read;

namespace {

const std::string kMinimal = R"({"resourceType":"Observation","status":"final","code":{}})";

Observation authored() {
    Observation statement;
    statement.language = "vi";
    statement.identifier = {
        {{}, "urn:ietf:rfc:3986", "urn:uuid:11111111-2222-4333-8444-555555555555"}};
    statement.status = "final";
    statement.category = {
        {{{"http://terminology.hl7.org/CodeSystem/observation-category", "survey", {}}}, {}}};
    statement.code = {{{"http://loinc.org", "95541-9", {}}, {"http://loinc.org", "81363-4", {}}},
                      "What matters to me"};
    statement.subject = Reference{"Patient/p-1", {}, {}};
    statement.encounter = Reference{"Encounter/e-1", {}, {}};
    statement.effectiveDateTime = DateTime::parse("2026-03-07");
    statement.issued = DateTime::parse("2026-03-07T08:15:00.250Z");
    statement.performer = {{"Patient/p-1", {}, {}}};
    statement.valueString = "Về nhà trước Tết, \"nếu được\".";
    statement.note = {{"Said to the night nurse"}};
    statement.method = CodeableConcept{{}, "In person"};
    statement.derivedFrom = {{"Observation/o-0", {}, {}}};
    statement.replaces = statement.derivedFrom;
    return statement;
}

}  // namespace

TEST_CASE("observation: one of ours is written exactly so", "[fhir]") {
    CHECK(toJsonText(authored()) ==
          R"({"resourceType":"Observation","language":"vi","extension":[{"url":)"
          R"("http://hl7.org/fhir/StructureDefinition/observation-replaces",)"
          R"("valueReference":{"reference":"Observation/o-0"}}],)"
          R"("identifier":[{"system":"urn:ietf:rfc:3986",)"
          R"("value":"urn:uuid:11111111-2222-4333-8444-555555555555"}],"status":"final",)"
          R"("category":[{"coding":[{"system":)"
          R"("http://terminology.hl7.org/CodeSystem/observation-category","code":"survey"}]}],)"
          R"("code":{"coding":[{"system":"http://loinc.org","code":"95541-9"},)"
          R"({"system":"http://loinc.org","code":"81363-4"}],"text":"What matters to me"},)"
          R"("subject":{"reference":"Patient/p-1"},"encounter":{"reference":"Encounter/e-1"},)"
          R"("effectiveDateTime":"2026-03-07","issued":"2026-03-07T08:15:00.250Z",)"
          R"("performer":[{"reference":"Patient/p-1"}],)"
          R"("valueString":"Về nhà trước Tết, \"nếu được\".",)"
          R"("note":[{"text":"Said to the night nurse"}],"method":{"text":"In person"},)"
          R"("derivedFrom":[{"reference":"Observation/o-0"}]})");
}

TEST_CASE("observation: what is written reads the same again", "[fhir]") {
    auto statement = authored();
    statement.id = "o-1";
    statement.meta = fhir::Meta{{}, {}, {"http://example.org/profile"}, {{"s", "R", {}}}, {}};
    const auto text = toJsonText(statement);

    const auto again = read<Observation>(text);

    CHECK(toJsonText(again) == text);
    CHECK(again.id == "o-1");
    CHECK(again.valueString == statement.valueString);
    CHECK(again.language == "vi");
    CHECK(again.issued->earliest() == statement.issued->earliest());
}

TEST_CASE("observation: one that was declined carries the reason and no value", "[fhir]") {
    auto statement = authored();
    statement.valueString.reset();
    statement.dataAbsentReason = CodeableConcept{
        {{"http://terminology.hl7.org/CodeSystem/data-absent-reason", "asked-declined", {}}}, {}};

    const auto again = read<Observation>(toJsonText(statement));

    CHECK_FALSE(again.valueString);
    REQUIRE(again.dataAbsentReason);
    CHECK(again.dataAbsentReason->has("http://terminology.hl7.org/CodeSystem/data-absent-reason",
                                      "asked-declined"));
}

TEST_CASE("observation: is not written without what R4 requires", "[fhir]") {
    auto withoutStatus = authored();
    withoutStatus.status.clear();
    auto withoutCode = authored();
    withoutCode.code = {};

    CHECK(test::thrown([&] { toJsonText(withoutStatus); }).path() == "/status");
    CHECK(test::thrown([&] { toJsonText(withoutCode); }).path() == "/code");
}

TEST_CASE("observation: a minimal one is read", "[fhir]") {
    const auto observation = read<Observation>(kMinimal);

    CHECK(observation.status == "final");
    CHECK(observation.code.coding.empty());
    CHECK_FALSE(observation.subject);
    CHECK_FALSE(observation.effectiveDateTime);
    CHECK_FALSE(observation.valueString);
    CHECK(observation.note.empty());
}

TEST_CASE("observation: effective is a time, an instant or the start of a period", "[fhir]") {
    const auto [member, expected] = GENERATE(table<std::string, std::string>({
        {R"("effectiveDateTime":"2026-03")", "2026-03"},
        {R"("effectiveInstant":"2026-03-07T08:15:00Z")", "2026-03-07T08:15:00Z"},
        {R"("effectivePeriod":{"start":"2026-03-07","end":"2026-03-08"})", "2026-03-07"},
        {R"("effectivePeriod":{"end":"2026-03-08"})", ""},
        {R"("effectiveTiming":{"event":["2026"]})", ""},
    }));

    const auto moment = read<Observation>(test::with(kMinimal, member)).effectiveDateTime;

    CHECK((moment ? moment->text() : "") == expected);
}

TEST_CASE("observation: the language of the words goes before that of the resource", "[fhir]") {
    const std::string extension = R"("_valueString":{"extension":[
        {"url":"http://example.org/other","valueCode":"xx"},
        {"url":"http://hl7.org/fhir/StructureDefinition/language","valueCode":"so"}]})";

    CHECK(read<Observation>(test::with(kMinimal, "\"language\":\"en\"," + extension)).language ==
          "so");
    CHECK(read<Observation>(test::with(kMinimal, R"("language":"en")")).language == "en");
    CHECK(read<Observation>(test::with(kMinimal, R"("language":"en","_valueString":{"id":"1"})"))
              .language == "en");
}

TEST_CASE("observation: category is found by system and code", "[fhir]") {
    const auto observation = read<Observation>(test::with(
        kMinimal, R"("category":[{"text":"x"},{"coding":[{"system":"s","code":"survey"}]}])"));

    CHECK(observation.hasCategory("s", "survey"));
    CHECK_FALSE(observation.hasCategory("s", "vital-signs"));
    CHECK_FALSE(observation.hasCategory("", "survey"));
}

TEST_CASE("observation: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<Observation>(kMinimal);
}

TEST_CASE("observation: an element of the wrong type is named by its path", "[fhir]") {
    const auto pathOf = [](const std::string& text) {
        return test::thrown([&] { read<Observation>(text); }).path();
    };
    CHECK(pathOf(R"({"resourceType":"Observation","code":{}})") == "/status");
    CHECK(pathOf(R"({"resourceType":"Observation","status":"final"})") == "/code");
    CHECK(pathOf(R"({"resourceType":"Observation","status":null,"code":{}})") == "/status");
    CHECK(pathOf(R"({"resourceType":"Observation","status":"final","code":[]})") == "/code");
    test::checkWrongTypes<Observation>(
        kMinimal, {{R"("identifier":[7])", "/identifier/0"},
                   {R"("category":{})", "/category"},
                   {R"("category":[null])", "/category/0"},
                   {R"("category":[{"coding":[{"code":[]}]}])", "/category/0/coding/0/code"},
                   {R"("subject":"Patient/1")", "/subject"},
                   {R"("encounter":[])", "/encounter"},
                   {R"("effectiveDateTime":"soon")", "/effectiveDateTime"},
                   {R"("effectiveInstant":1)", "/effectiveInstant"},
                   {R"("effectivePeriod":{"start":"x"})", "/effectivePeriod/start"},
                   {R"("issued":"2026-13")", "/issued"},
                   {R"("performer":{})", "/performer"},
                   {R"("performer":[{"reference":{}}])", "/performer/0/reference"},
                   {R"("valueString":1)", "/valueString"},
                   {R"("_valueString":"x")", "/_valueString"},
                   {R"("valueCodeableConcept":"x")", "/valueCodeableConcept"},
                   {R"("dataAbsentReason":[])", "/dataAbsentReason"},
                   {R"("note":[{"time":"2026"}])", "/note/0/text"},
                   {R"("note":"x")", "/note"},
                   {R"("method":[])", "/method"},
                   {R"("derivedFrom":[{"type":1}])", "/derivedFrom/0/type"}});
}

TEST_CASE("observation: what it replaces is told by an extension, and by that alone", "[fhir]") {
    const auto [extensions, replaced] = GENERATE(table<std::string, std::size_t>({
        {R"([{"url":"http://hl7.org/fhir/StructureDefinition/observation-replaces",)"
         R"("valueReference":{"reference":"Observation/1"}},{"url":"https://x.example"}])",
         1},
        {R"([{"url":"https://x.example","valueReference":{"reference":"Observation/1"}}])", 0},
        {R"([{"url":"http://hl7.org/fhir/StructureDefinition/observation-replaces",)"
         R"("valueReference":"Observation/1"}])",
         0},
        {R"([{"url":7}])", 0},
        {R"([null])", 0},
        {R"("x")", 0},
    }));
    INFO(extensions);

    const auto document = fhir::json::Document::parse(
        test::changed(kMinimal, R"("code":{})",
                      R"("code":{},"derivedFrom":[{"reference":"Observation/2"}],)"
                      R"("extension":)" +
                          extensions));
    fhir::json::Wanted wanted;
    const auto one = Observation::fromJson(document.root(), wanted);

    CHECK(one.replaces.size() == replaced);
}

TEST_CASE("observation: a performer that is contained has its type and name", "[fhir]") {
    const auto one = read<Observation>(
        R"({"resourceType":"Observation","status":"final","code":{},"contained":[)"
        R"({"resourceType":"RelatedPerson","id":"a","name":[{"text":"Petra"}]},)"
        R"({"resourceType":"Organization","id":"b","name":"Ward 7"}],"performer":[)"
        R"({"reference":"#a"},{"reference":"#a","display":"Petra, daughter"},{"reference":"#b"},)"
        R"({"reference":"#c"}]})");

    REQUIRE(one.performer.size() == 4);
    CHECK(one.performer[0].resourceType() == "RelatedPerson");
    CHECK(one.performer[0].display == "Petra");
    CHECK(one.performer[1].display == "Petra, daughter");
    CHECK(one.performer[2].resourceType() == "Organization");
    CHECK_FALSE(one.performer[2].display);
    CHECK(one.performer[3].resourceType() == "");
}

TEST_CASE("observation: a focus on somebody else than the subject is about them", "[fhir]") {
    const auto [focus, expected] = GENERATE(table<std::string, bool>({
        {R"([])", false},
        {R"([{"reference":"Patient/1"}])", false},
        {R"([{"reference":"Goal/1"},{"reference":"Device/2"}])", false},
        {R"([{"reference":"Patient/2"}])", true},
        {R"([{"reference":"RelatedPerson/1"}])", true},
        {R"([{"reference":"#x"}])", true},
        {R"([{"display":"her child"}])", true},
    }));
    INFO(focus);
    const auto text =
        R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":)"
        R"({"reference":"Patient/1"},"focus":)" +
        focus + "}";

    const auto one = read<Observation>(text);

    CHECK(one.isAboutAnother() == expected);
    CHECK(read<Observation>(fhir::toJsonText(one)).isAboutAnother() == expected);
}

TEST_CASE("observation: who cannot be read is somebody of whom nothing is known", "[fhir]") {
    const auto [performer, count] = GENERATE(table<std::string, std::size_t>({
        {R"("Patient/1")", 1},
        {R"([null])", 1},
        {R"([{"reference":"Patient/1"},7])", 2},
        {R"([{"reference":{},"type":"Patient"}])", 1},
        {R"([[]])", 1},
    }));
    INFO(performer);
    const auto document =
        fhir::json::Document::parse(test::with(kMinimal, "\"performer\":" + performer));
    fhir::json::Wanted wanted;

    const auto observation = Observation::fromJson(document.root(), wanted);

    REQUIRE(observation.performer.size() == count);
    CHECK(observation.performer.back() == fhir::somebody());
    CHECK(wanted.problems().size() == 1);
}

}  // namespace observation_test
