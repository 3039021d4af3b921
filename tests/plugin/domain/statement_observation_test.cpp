#include "plugin/domain/statement.h"
#include "tests/support/statements.h"
#include "tests/support/text.h"

namespace statement_observation_test {

using namespace plugin::domain;

namespace {

fhir::Observation observation(const std::string& json) {
    const auto document = fhir::json::Document::parse(json);
    return fhir::Observation::fromJson(document.root());
}

/// An Observation by other software: US Core's profile and nothing of ours.
std::string others(const std::string& members, const std::string& code = "95541-9",
                   const std::string& status = "final") {
    return R"({"resourceType":"Observation","id":"9","status":")" + status +
           R"(","code":{"coding":[{"system":"http://loinc.org","code":")" + code +
           R"("}]},"subject":{"reference":"Patient/2"})" + (members.empty() ? "" : "," + members) +
           "}";
}

const std::string kWords = R"("effectiveDateTime":"2026-01-31","valueString":"Greet me first.")";

}  // namespace

TEST_CASE("observation: a statement is written exactly as the design says", "[domain]") {
    auto statement = test::statement();
    statement.encounter = "stay-7";
    statement.language = "en-NG";
    statement.recorded = test::time("2026-03-07T08:10:00Z");
    statement.method = Method::Interpreter;
    statement.note = "Her sister was in the room.";
    statement.keepToTeam = true;

    CHECK(fhir::toJsonText(toObservation(statement)) ==
          R"({"resourceType":"Observation","meta":{"security":[)"
          R"({"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"CTCOMPT",)"
          R"("display":"care team compartment"},)"
          R"({"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R",)"
          R"("display":"restricted"}]},"language":"en-NG","identifier":[)"
          R"({"system":"urn:ietf:rfc:3986",)"
          R"("value":"urn:uuid:6f1d9c3e-0b5a-4c1e-9d6a-3f2b7a8c9d10"}],"status":"final",)"
          R"("category":[{"coding":[)"
          R"({"system":"http://terminology.hl7.org/CodeSystem/observation-category",)"
          R"("code":"survey","display":"Survey"}]},{"coding":[)"
          R"({"system":"http://hl7.org/fhir/us/core/CodeSystem/us-core-category",)"
          R"("code":"care-experience-preference","display":"Care Experience Preference"}]}],)"
          R"("code":{"coding":[{"system":"http://loinc.org","code":"95541-9",)"
          R"("display":"Care experience preference"},{"system":"http://loinc.org",)"
          R"("code":"81363-4","display":"Things that matter to me"},)"
          R"({"system":"https://whatmatters.example/fhir/CodeSystem/aspect","code":"now",)"
          R"("display":"What matters most now"}],"text":"What matters to me"},)"
          R"("subject":{"reference":"Patient/amara-1"},)"
          R"("encounter":{"reference":"Encounter/stay-7"},)"
          R"("effectiveDateTime":"2026-03-07T08:00:00Z","issued":"2026-03-07T08:10:00Z",)"
          R"("performer":[{"reference":"Patient/amara-1"}],)"
          R"("valueString":"To be home before my sister's wedding.",)"
          R"("note":[{"text":"Her sister was in the room."}],)"
          R"("method":{"text":"through an interpreter"}})");
}

TEST_CASE("observation: a refusal is a reason and no value", "[domain]") {
    auto statement = test::statement();
    statement.text.clear();
    statement.absent = Absent::AskedDeclined;

    const auto written = toObservation(statement);

    CHECK_FALSE(written.valueString);
    REQUIRE(written.dataAbsentReason);
    CHECK(written.dataAbsentReason->has("http://terminology.hl7.org/CodeSystem/data-absent-reason",
                                        "asked-declined"));
}

TEST_CASE("observation: the PCO category comes only when asked for", "[domain]") {
    constexpr auto system = "http://hl7.org/fhir/us/pco/CodeSystem/pco-concepts-temporary";

    CHECK_FALSE(toObservation(test::statement()).hasCategory(system, "what-matters"));
    CHECK(toObservation(test::statement(), true).hasCategory(system, "what-matters"));
}

TEST_CASE("observation: a related person is the performer, by what is known", "[domain]") {
    using Text = std::optional<std::string>;
    const auto [name, reference, display] = GENERATE(table<Text, Text, Text>({
        {Text("Chidi Okonkwo"), Text("RelatedPerson/4"), Text("Chidi Okonkwo")},
        {Text("Chidi Okonkwo"), Text(), Text("Chidi Okonkwo")},
        {Text(), Text("RelatedPerson/4"), Text()},
        {Text(), Text(), Text("Related person, name not recorded")},
    }));
    auto statement = test::statement();
    statement.speaker = Speaker::RelatedPerson;
    statement.speakerName = name;
    statement.speakerReference = reference;

    const auto written = toObservation(statement);

    REQUIRE(written.performer.size() == 1);
    CHECK(written.performer[0].type == "RelatedPerson");
    CHECK(written.performer[0].reference == reference);
    CHECK(written.performer[0].display == display);
    const auto read = fromObservation(written);
    REQUIRE(read);
    CHECK(read->speaker == Speaker::RelatedPerson);
    CHECK(read->speakerName == name);
    CHECK(read->speakerReference == reference);
}

TEST_CASE("observation: what was written is read back the same", "[domain]") {
    for (const auto aspect : allAspects()) {
        auto statement = test::statement();
        statement.aspect = aspect;
        statement.encounter = "stay-7";
        statement.language = "ig";
        statement.recorded = test::time("2026-03-07T08:10:00.250Z");
        statement.method = Method::Phone;
        statement.note = "context";
        statement.keepToTeam = true;
        statement.retracted = aspect == Aspect::PleaseDo;

        const auto read = fromObservation(observation(fhir::toJsonText(toObservation(statement))));

        REQUIRE(read);
        CHECK(fhir::toJsonText(toObservation(*read)) == fhir::toJsonText(toObservation(statement)));
        CHECK(read->id == statement.id);
        CHECK(read->aspect == aspect);
        CHECK(read->retracted == statement.retracted);
        CHECK_FALSE(read->location);
    }
}

TEST_CASE("observation: others' statements are read", "[domain]") {
    const auto read = fromObservation(observation(others(kWords)));

    REQUIRE(read);
    CHECK(read->id == "Observation/9");
    CHECK(read->location == "Observation/9");
    CHECK(read->patient == "2");
    CHECK(read->text == "Greet me first.");
    CHECK(read->said.text() == "2026-01-31");
    CHECK(read->aspect == Aspect::AboutMe);
    CHECK(read->speaker == Speaker::Patient);
    CHECK_FALSE(read->keepToTeam);
}

TEST_CASE("observation: the code tells the aspect of others' statements", "[domain]") {
    const auto [code, aspect] = GENERATE(table<std::string, Aspect>({
        {"95541-9", Aspect::AboutMe},
        {"81363-4", Aspect::Now},
        {"81360-0", Aspect::AboutMe},
        {"81362-6", Aspect::AboutMe},
    }));

    CHECK(fromObservation(observation(others(kWords, code)))->aspect == aspect);
}

TEST_CASE("observation: an aspect of a later version is read by its other codes", "[domain]") {
    auto written = toObservation(test::statement());
    written.code.coding[2].code = "what-i-fear";

    CHECK(fromObservation(written)->aspect == Aspect::Now);
}

TEST_CASE("observation: what says nothing is not a statement", "[domain]") {
    const auto json = GENERATE_COPY(values<std::string>({
        others(""),
        others(R"("valueString":" ")"),
        others(R"("dataAbsentReason":{"coding":[{"code":"not-asked"}]})"),
        others(R"("dataAbsentReason":{"text":"declined"})"),
        others(kWords, "95541-9", "registered"),
        others(kWords, "95541-9", "cancelled"),
        others(kWords, "95541-9", "unknown"),
        R"({"resourceType":"Observation","id":"9","status":"final","code":{},"valueString":"x"})",
        R"({"resourceType":"Observation","id":"9","status":"final","code":{},"valueString":"x",)"
        R"("subject":{"reference":"Group/2"}})",
        R"({"resourceType":"Observation","id":"9","status":"final","code":{},"valueString":"x",)"
        R"("subject":{"reference":"https://other.example/fhir/Patient/2"}})",
        others(kWords + R"(,"focus":[{"reference":"RelatedPerson/4"}])"),
        others(kWords + R"(,"focus":[{"display":"her husband"}])"),
        R"({"resourceType":"Observation","status":"final","code":{},"valueString":"x",)"
        R"("subject":{"reference":"Patient/2"}})",
    }));
    INFO(json);

    CHECK_FALSE(fromObservation(observation(json)));
}

TEST_CASE("observation: statuses that say something", "[domain]") {
    const auto status = GENERATE(as<std::string>(), "final", "amended", "corrected", "preliminary");

    const auto read = fromObservation(observation(others(kWords, "95541-9", status)));

    REQUIRE(read);
    CHECK_FALSE(read->retracted);
}

TEST_CASE("observation: a retraction is read even when its words are gone", "[domain]") {
    const auto read = fromObservation(observation(others("", "95541-9", "entered-in-error")));

    REQUIRE(read);
    CHECK(read->retracted);
    CHECK(read->text.empty());
}

TEST_CASE("observation: a code is words only as the answer to the question, by what is read",
          "[domain]") {
    // Of another guide: the category tells that it is a statement, the code asks something else.
    const std::string pco = R"("category":[{"coding":[{"system":)"
                            R"("http://hl7.org/fhir/us/pco/CodeSystem/pco-concepts-temporary",)"
                            R"("code":"what-matters"}]}],)";
    const auto [members, code, words] = GENERATE_COPY(table<std::string, std::string, std::string>({
        {R"("valueCodeableConcept":{"coding":[{"display":"Quiet at night"}]})", "95541-9",
         "Quiet at night"},
        {R"("valueCodeableConcept":{"coding":[{"code":"q","display":"Quiet"}],"text":"Hush"})",
         "81363-4", "Hush"},
        {R"("valueCodeableConcept":{"coding":[{"code":"LA14495-8"}]})", "95541-9", ""},
        {R"("valueCodeableConcept":{"coding":[{"code":"LA14495-8","display":"True"}]})", "95541-9",
         ""},
        {R"("valueCodeableConcept":{"coding":[{"code":"LA33-6","display":"Yes"}]})", "81363-4", ""},
        {pco + R"("valueCodeableConcept":{"coding":[{"code":"LA14495-8","display":"True"}]})",
         "363702006", ""},
        {pco + R"("valueCodeableConcept":{"coding":[{"code":"x","display":"Has focus"}]})",
         "363702006", ""},
        {pco + R"("valueCodeableConcept":{"text":"Cook with my sister"})", "363702006",
         "Cook with my sister"},
        {pco + R"("valueString":"Cook with my sister")", "363702006", "Cook with my sister"},
    }));

    const auto read = fromObservation(observation(others(members, code)));

    INFO(members);
    CHECK((read ? read->text : "") == words);
}

TEST_CASE("observation: words win over a reason for their absence", "[domain]") {
    const auto read = fromObservation(observation(
        others(kWords + R"(,"dataAbsentReason":{"coding":[{"code":"asked-declined"}]})")));

    REQUIRE(read);
    CHECK_FALSE(read->absent);
}

TEST_CASE("observation: without a date the record's is taken, and without any it is unknown",
          "[domain]") {
    const auto [members, said] = GENERATE(table<std::string, std::string>({
        {R"("valueString":"x","issued":"2026-02-01T10:00:00Z")", "2026-02-01T10:00:00Z"},
        {R"("valueString":"x","meta":{"lastUpdated":"2026-02-02T10:00:00Z"})",
         "2026-02-02T10:00:00Z"},
        {R"("valueString":"x")", "1700"},
    }));

    const auto read = fromObservation(observation(others(members)));

    REQUIRE(read);
    CHECK(read->said.text() == said);
    CHECK(isTimeKnown(*read) == (said != "1700"));
}

TEST_CASE("observation: who spoke is told by the performers", "[domain]") {
    const auto [performers, speaker] = GENERATE(table<std::string, Speaker>({
        {R"([])", Speaker::Patient},
        {R"([{"reference":"Patient/2"}])", Speaker::Patient},
        {R"([{"reference":"Practitioner/5"}])", Speaker::Patient},
        {R"([{"reference":"Patient/2"},{"reference":"Practitioner/5"}])", Speaker::Patient},
        {R"([{"type":"Patient","identifier":{"system":"mrn","value":"22"}}])", Speaker::Patient},
        {R"([{"reference":"Practitioner/5"},{"reference":"RelatedPerson/4"}])",
         Speaker::RelatedPerson},
        {R"([{"type":"RelatedPerson","display":"Her father"}])", Speaker::RelatedPerson},
        {R"([{"reference":"Patient/3","display":"Her mother"}])", Speaker::RelatedPerson},
        {R"([{"reference":"#her"}])", Speaker::RelatedPerson},
        // Nobody can tell who that is, so it is not the patient.
        {R"([{"reference":"RelatedPerson/4"},{"reference":"Patient/2"}])", Speaker::Unknown},
        {R"([{"reference":"#nobody"}])", Speaker::Unknown},
        {R"([{"reference":"#patient"}])", Speaker::Unknown},
        {R"([{"reference":"urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"}])", Speaker::Unknown},
        {R"([{"reference":"https://other.example/fhir/Patient/2"}])", Speaker::Unknown},
        {R"([{"type":"Patient","identifier":{"system":"mrn","value":"23"}}])", Speaker::Unknown},
        {R"([{"type":"Patient","identifier":{"value":"22"}}])", Speaker::Unknown},
        {R"([{"type":"Patient","display":"Ada Moor"}])", Speaker::Unknown},
        {R"([{"display":"Petra"}])", Speaker::Unknown},
        {R"([{"reference":"Practitioner/5"},{"reference":"#nobody"}])", Speaker::Unknown},
        {R"([{"reference":"Patient/2"},{"reference":"#nobody"}])", Speaker::Unknown},
    }));
    INFO(performers);
    const auto json = test::changed(
        others(kWords +
               R"(,"contained":[{"resourceType":"RelatedPerson","id":"her","name":)"
               R"([{"text":"Petra"}]},{"resourceType":"Patient","id":"patient"}],)"
               R"("performer":)" +
               performers),
        R"("Patient/2")", R"("Patient/2","identifier":{"system":"mrn","value":"22"})");

    const auto read = fromObservation(observation(json));
    // And from the copy that a unit's projection keeps.
    const auto kept = fromObservation(observation(fhir::toJsonText(observation(json))));

    REQUIRE(read);
    CHECK(read->speaker == speaker);
    REQUIRE(kept);
    CHECK(kept->speaker == speaker);
    CHECK(kept->speakerName == read->speakerName);
}

TEST_CASE("observation: who may have spoken has the name that is known of them", "[domain]") {
    const auto [performers, label] = GENERATE(table<std::string, std::string>({
        {R"([{"reference":"Patient/2"}])", "The patient"},
        {R"([{"reference":"RelatedPerson/4","display":"Petra, daughter"}])", "Petra, daughter"},
        {R"([{"reference":"RelatedPerson/4"}])", "Somebody close"},
        {R"([{"reference":"#her"}])", "Petra"},
        {R"([{"reference":"#her","display":"Petra, daughter"}])", "Petra, daughter"},
        {R"([{"reference":"urn:x","display":"Petra"}])", "Petra, or the patient"},
        {R"([{"reference":"urn:x"}])", "Somebody, or the patient"},
    }));
    INFO(performers);

    const auto read = fromObservation(
        observation(others(kWords +
                           R"(,"contained":[{"resourceType":"RelatedPerson","id":"her","name":)"
                           R"([{"text":"Petra"}]}],"performer":)" +
                           performers)));

    REQUIRE(read);
    CHECK(speakerLabel(*read) == label);
}

TEST_CASE("observation: labels that keep words to the team", "[domain]") {
    const auto [system, code, kept] = GENERATE(table<std::string, std::string, bool>({
        {"v3-ActCode", "CTCOMPT", true},
        {"v3-ActCode", "PRS", true},
        {"v3-Confidentiality", "R", true},
        {"v3-Confidentiality", "V", true},
        {"v3-Confidentiality", "N", false},
        {"v3-ActCode", "R", false},
    }));

    const auto read = fromObservation(observation(others(
        kWords + R"(,"meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/)" +
        system + R"(","code":")" + code + R"("}]})")));

    REQUIRE(read);
    CHECK(read->keepToTeam == kept);
}

TEST_CASE("observation: our identifier survives among others'", "[domain]") {
    const auto read = fromObservation(observation(
        others(kWords + R"(,"identifier":[{"system":"urn:oid:1.2.3","value":"77"},)"
                        R"({"system":"urn:ietf:rfc:3986",)"
                        R"("value":"urn:uuid:6f1d9c3e-0b5a-4c1e-9d6a-3f2b7a8c9d10"}])")));

    REQUIRE(read);
    CHECK(read->id == "urn:uuid:6f1d9c3e-0b5a-4c1e-9d6a-3f2b7a8c9d10");
    CHECK(read->location == "Observation/9");
}

TEST_CASE("observation: what it replaces goes along, by our identifier or by its place",
          "[domain]") {
    const auto* name = GENERATE("urn:uuid:1f4d3f0a-9a61-4a53-8f7e-2f1b6d5c4e3a", "Observation/8");
    auto statement = test::statement();
    statement.replaces = name;

    const auto written = toObservation(statement);
    const auto read = fromObservation(written);

    REQUIRE(written.derivedFrom.size() == 1);
    REQUIRE(written.replaces.size() == 1);
    REQUIRE(read);
    CHECK(read->replaces == name);
    CHECK(fromObservation(observation(fhir::toJsonText(written)))->replaces == name);
}

TEST_CASE("observation: what it is derived from alone is not what it replaces", "[domain]") {
    const std::string extension =
        R"("extension":[{"url":"http://hl7.org/fhir/StructureDefinition/observation-replaces",)";
    const std::string ours = R"("identifier":[{"system":"urn:ietf:rfc:3986",)"
                             R"("value":"urn:uuid:6f1d9c3e-0b5a-4c1e-9d6a-3f2b7a8c9d10"}],)";
    const std::string older = R"({"identifier":{"system":"urn:ietf:rfc:3986",)"
                              R"("value":"urn:uuid:1f4d3f0a-9a61-4a53-8f7e-2f1b6d5c4e3a"}})";
    const auto [members, replaced] = GENERATE_COPY(table<std::string, std::string>({
        // A member of a panel.
        {R"("derivedFrom":[{"reference":"Observation/8"}],)", ""},
        {R"("derivedFrom":[{"reference":"https://other.example/fhir/Observation/8"}],)", ""},
        {R"("derivedFrom":[)" + older + "],", ""},
        {ours + R"("derivedFrom":[{"reference":"Observation/8"}],)", ""},
        // Two of ours, written by an earlier version.
        {ours + R"("derivedFrom":[)" + older + "],",
         "urn:uuid:1f4d3f0a-9a61-4a53-8f7e-2f1b6d5c4e3a"},
        {extension + R"("valueReference":{"reference":"Observation/8"}}],)", "Observation/8"},
        {extension + R"("valueReference":)" + older + "}],",
         "urn:uuid:1f4d3f0a-9a61-4a53-8f7e-2f1b6d5c4e3a"},
        {extension +
             R"("valueReference":{"reference":"https://other.example/r4/Observation/8"}}],)",
         ""},
        {extension + R"("valueReference":{"reference":"Observation/9"}}],)", ""},  // itself
        {extension + R"("valueString":"Observation/8"}],)", ""},
        {R"("extension":[{"url":"https://x.example/other",)"
         R"("valueReference":{"reference":"Observation/8"}}],)",
         ""},
    }));
    INFO(members);

    const auto read = fromObservation(observation(others(members + kWords)));

    REQUIRE(read);
    CHECK(read->replaces.value_or("") == replaced);
}

TEST_CASE("observation: what it stands for, or was asked by, is not what it replaces", "[domain]") {
    const auto* source = GENERATE("DocumentReference/9", "QuestionnaireResponse/7");
    auto stands = toObservation(test::statement());
    stands.id = "DocumentReference-9";
    stands.derivedFrom = {{source, {}, {}}};

    CHECK_FALSE(fromObservation(stands)->replaces);
}

TEST_CASE("observation: one that names its own address is held there, and replaces nothing",
          "[domain]") {
    auto kept = toObservation(test::statement());
    kept.id = "9";
    kept.derivedFrom = {{"https://companion.example/fhir/Observation/9", {}, {}}};

    CHECK(fromObservation(kept)->location == "https://companion.example/fhir/Observation/9");
    CHECK_FALSE(fromObservation(kept)->replaces);

    kept.derivedFrom = {{"https://companion.example/fhir/Observation/8", {}, {}}};
    CHECK(fromObservation(kept)->location == "Observation/9");
    CHECK_FALSE(fromObservation(kept)->replaces);
}

}  // namespace statement_observation_test
