#include "adapters/statements/statement_forms.h"

#include "adapters/routes/statement_text.h"
#include "tests/support/hospital_fixture.h"

namespace statement_forms_test {

namespace {

/// A site that has set up every way to write.
adapters::Profile site(const std::string& more) {
    return adapters::vendorProfile("generic").with(fhir::json::Document::parse(R"({
        "routes": ["observation", "communication", "task", "document-reference",
                   "questionnaire-response"],
        "communication": {"sender": "Practitioner/practitioner-1",
                          "statementRecipients": ["Group/ward-7-patients"])" + more +
                                                                               R"(},
        "task": {"statementOwner": "Practitioner/practitioner-1"},
        "document": {"author": "Practitioner/practitioner-1"},
        "questionnaire": {"url": "https://hospital.example/fhir/Questionnaire/what-matters",
                          "linkId": "what-matters"}})")
                                                       .root());
}

fhir::Observation saidByAnna() {
    auto statement =
        test::statementObservation("She wants to see the sea.\nWith (all) of us, on Sunday.");
    statement.performer = {{{}, "RelatedPerson", "Anna (her sister)"}};
    statement.method = fhir::CodeableConcept{{}, "by phone"};
    return statement;
}

fhir::QuestionnaireResponse responseOf(const std::string& items, const std::string& status) {
    return fhir::QuestionnaireResponse::fromJson(
        fhir::json::Document::parse(
            R"({"resourceType":"QuestionnaireResponse","id":"q1","questionnaire":)"
            R"("https://hospital.example/fhir/Questionnaire/what-matters|2","status":")" +
            status + R"(","subject":{"reference":"Patient/patient-1"},"item":[)" + items + "]}")
            .root());
}

/// What a reader of the chart finds of the words that were written by that one route.
std::vector<fhir::Observation> found(const test::Hospital& hospital,
                                     const fhir::Observation& statement) {
    std::vector<fhir::Observation> ours;
    for (const auto& one : hospital.adapter().statements({"patient-1"}).observations)
        if (one.valueString == statement.valueString) ours.push_back(one);
    return ours;
}

}  // namespace

TEST_CASE("statement forms: words come back from every route as they were said", "[adapters]") {
    const auto [route, more] = GENERATE(table<std::string, std::string>({
        {"communication", ""},
        {"communication", R"(, "payload": "attachment")"},
        {"task", ""},
        {"document-reference", ""},
        {"questionnaire-response", ""},
    }));
    const test::Hospital hospital(3, site(more));
    const auto statement = saidByAnna();
    test::MemoryCompanion companion;
    const auto written = hospital.adapter().write({route}, statement, companion, false);

    const auto ours = found(hospital, statement);

    INFO(route << more);
    REQUIRE(ours.size() == 1);
    const auto& one = ours.front();
    CHECK(one.derivedFrom.front().reference == written.location);
    CHECK(one.identifier.front().value == test::kStatementUrn);
    CHECK(one.effectiveDateTime->text() == "2026-03-10T09:30:00Z");
    CHECK(one.subject->relative() == "Patient/patient-1");
    CHECK(one.status == "final");
    if (route == "questionnaire-response") return;  // its source is who spoke
    REQUIRE(one.performer.size() == 1);
    CHECK(one.performer.front().resourceType() == "RelatedPerson");
    CHECK(one.performer.front().display == "Anna (her sister)");
    CHECK(one.method->text == "by phone");
}

TEST_CASE("statement forms: of a complete form every answer is words, in its order", "[adapters]") {
    // The items of a response, its status, and the words; "" where it is no statement.
    const std::string one = R"({"linkId":"what-matters","answer":[)";
    const auto [items, status, words] = GENERATE_COPY(table<std::string, std::string, std::string>({
        {one + R"({"valueString":"The cat"},{"valueString":"The garden"}]})", "completed",
         "The cat\nThe garden"},
        {one + R"({"valueString":"The cat"}]},{"linkId":"x","item":[)" + one +
             R"({"valueString":"The garden"}]}]})",
         "amended", "The cat\nThe garden"},
        {one + R"({"valueCoding":{"code":"x","display":"The cat"}},{"valueString":"My son"}]})",
         "completed", "The cat\nMy son"},
        {R"({"linkId":"other","answer":[{"valueString":"The cat"}]})", "completed", ""},
        {one + R"({"valueString":"The cat"}]})", "in-progress", ""},
        {one + R"({"valueString":"The cat"}]})", "stopped", ""},
    }));

    const auto found = adapters::fromQuestionnaire(responseOf(items, status), site(""));

    INFO(items << status);
    CHECK((found ? found->valueString.value_or("") : "") == words);
}

TEST_CASE("statement forms: what is left of an answer is not the answer", "[adapters]") {
    const std::string other =
        GENERATE(R"({"valueCoding":{"code":"LA33-6"}})", R"({"valueBoolean":true})",
                 R"({"valueInteger":7})", R"({"extension":[]})");

    const auto error = test::thrown([&] {
        adapters::fromQuestionnaire(
            responseOf(
                R"({"linkId":"what-matters","answer":[{"valueString":"The cat"},)" + other + "]}",
                "completed"),
            site(""));
    });

    CHECK(error.kind() == fhir::ErrorKind::InvalidInput);
    CHECK(std::string(error.what()) == "has an answer to the question that is no words");
}

TEST_CASE("statement forms: our text is found in whichever part of a message it is", "[adapters]") {
    fhir::Communication letter;
    letter.id = "1";
    letter.status = "completed";
    letter.subject = fhir::Reference{"Patient/patient-1", {}, {}};
    letter.payload = {
        {fhir::TypedValue::ofString("From the desk of the ward")},
        {fhir::TypedValue::ofString(adapters::wordsAsText(saidByAnna(), "text/plain"))}};

    REQUIRE(adapters::fromMessage(letter));
    CHECK(adapters::fromMessage(letter)->valueString == saidByAnna().valueString);
}

TEST_CASE("statement forms: the same words in two forms are given once, the Observation first",
          "[adapters]") {
    const test::Hospital hospital(3, site(""));
    const auto statement = saidByAnna();
    test::MemoryCompanion companion;
    for (const char* route : {"communication", "task", "observation"})
        hospital.adapter().write({route}, statement, companion, false);

    const auto ours = found(hospital, statement);

    REQUIRE(ours.size() == 1);
    CHECK(ours.front().derivedFrom.empty());
}

TEST_CASE("statement forms: other people's letters and tasks are theirs", "[adapters]") {
    fhir::Communication letter;
    letter.id = "1";
    letter.status = "completed";
    letter.subject = fhir::Reference{"Patient/patient-1", {}, {}};
    CHECK_FALSE(adapters::fromMessage(letter));
    letter.payload = {{fhir::TypedValue::ofString("What matters to me\n\nis my own affair")}};
    CHECK_FALSE(adapters::fromMessage(letter));
    letter.payload = {{{"Attachment", fhir::Attachment{}}}};
    CHECK_FALSE(adapters::fromMessage(letter));

    fhir::Task task;
    task.id = "1";
    task.status = "requested";
    task.intent = "order";
    task.taskFor = letter.subject;
    task.description = "Weigh the patient";
    CHECK_FALSE(adapters::fromTask(task));
    task.code = fhir::CodeableConcept{{{"http://loinc.org", "29463-7", {}}}, {}};
    CHECK_FALSE(adapters::fromTask(task));
}

TEST_CASE("statement forms: what was marked as an error there takes the words back", "[adapters]") {
    fhir::Task task;
    task.id = "1";
    task.status = "entered-in-error";
    task.intent = "proposal";
    task.taskFor = fhir::Reference{"Patient/patient-1", {}, {}};
    task.code = test::statementObservation().code;
    task.description = "My garden.";

    CHECK(adapters::fromTask(task)->status == "entered-in-error");
}

TEST_CASE("statement forms: messages that cannot be read are nobody's problem", "[adapters]") {
    test::Scripted ehr(
        [](const fhir::http::Request& request) {
            const bool isMessage =
                request.url.path.ends_with("/Communication") || request.url.path.ends_with("/Task");
            return isMessage ? test::answer(403) : test::answer(200, test::searchset({}));
        },
        adapters::vendorProfile("generic").with(fhir::json::Document::parse(
                                                    R"({"routes": ["communication", "task"],
                    "task": {"statementOwner": "Organization/1"},
                    "communication": {"statementRecipients": ["Group/1"]}})")
                                                    .root()));

    const auto result = ehr.adapter->statements({"patient-1"});

    CHECK(result.observations.empty());
    CHECK(test::texts(result.problems) == "");
    CHECK(ehr.wire.count("GET", "/Communication") == 1);
    CHECK(ehr.wire.count("GET", "/Task") == 1);
}

TEST_CASE("statement forms: the form itself is there as it was sent", "[adapters]") {
    const std::string form =
        R"({"resourceType":"QuestionnaireResponse","id":"q1","questionnaire":)"
        R"("https://hospital.example/fhir/Questionnaire/what-matters|2","status":"completed",)"
        R"("subject":{"reference":"Patient/patient-1"},"item":[{"linkId":"what-matters",)"
        R"("answer":[{"valueCoding":{"code":"x","display":"The cat"}}]}]})";
    test::Scripted ehr(
        [&](const fhir::http::Request& request) {
            const bool isForm = request.url.path.ends_with("/QuestionnaireResponse");
            return test::answer(200, test::searchset(isForm ? std::vector<std::string>{form}
                                                            : std::vector<std::string>{}));
        },
        site(""));

    const auto result = ehr.adapter->statements({"patient-1"});

    REQUIRE(result.observations.size() == 1);
    CHECK(result.observations.front().valueString == "The cat");
    const auto& sent = result.originals.at(result.observations.front().id);
    CHECK(sent.json == form);
    CHECK_FALSE(sent.isObservation);
}

TEST_CASE("statement forms: a server that finds answers by the patient alone is asked so",
          "[adapters]") {
    const auto refusal = GENERATE(400, 404);
    const auto form = [](const std::string& id, const std::string& rest) {
        return R"({"resourceType":"QuestionnaireResponse","id":")" + id +
               R"(","status":"completed","subject":{"reference":"Patient/patient-1"},)" + rest +
               "}";
    };
    const std::string words = R"("item":[{"linkId":"what-matters",)"
                              R"("answer":[{"valueString":"The cat"}]}])";
    const std::string asked = "https://hospital.example/fhir/Questionnaire/";
    test::Scripted ehr(
        [&](const fhir::http::Request& request) {
            if (!request.url.path.ends_with("/QuestionnaireResponse"))
                return test::answer(200, test::searchset({}));
            const auto query = fhir::Query::parse(request.url.query);
            if (query.find("questionnaire")) return test::answer(refusal);
            // One on the site's form, one on another, one that names none, one that cannot be
            // read whole and is on another: only the first is anything here.
            return test::answer(
                200, test::searchset(
                         {form("q1", R"("questionnaire":")" + asked + R"(what-matters",)" + words),
                          form("q2", R"("questionnaire":")" + asked + R"(falls",)" + words),
                          form("q3", words),
                          form("q4", R"("questionnaire":")" + asked + R"(falls","item":[5])")}));
        },
        site(""));

    const auto result = ehr.adapter->statements({"patient-1"});

    REQUIRE(result.observations.size() == 1);
    CHECK(result.observations.front().id == "QuestionnaireResponse-q1");
    CHECK(test::texts(result.problems) ==
          " QuestionnaireResponse/q4: item[0] must be an object, not a number\n");
    CHECK(result.unread.empty());
    CHECK(ehr.wire.count("GET", "/QuestionnaireResponse") == 2);
}

TEST_CASE("statement forms: answers that cannot be read by the patient either are told of",
          "[adapters]") {
    const auto status = GENERATE(400, 404);
    test::Scripted ehr(
        [&](const fhir::http::Request& request) {
            const bool isForm = request.url.path.ends_with("/QuestionnaireResponse");
            return isForm ? test::answer(status) : test::answer(200, test::searchset({}));
        },
        site(""));

    const auto result = ehr.adapter->statements({"patient-1"});

    REQUIRE(result.problems.size() == 1);
    CHECK_THAT(result.problems.front().text,
               Catch::StartsWith("answers to the questionnaire cannot be read"));
    CHECK(result.unread.empty());
}

TEST_CASE("statement forms: the form that the site asks is told of where its answers are odd",
          "[adapters]") {
    // Which form it is cannot be read, or what was answered on the site's own.
    const auto rest = GENERATE(as<std::string>(), R"("questionnaire":7)",
                               R"("questionnaire":"https://hospital.example/fhir/Questionnaire/)"
                               R"(what-matters","item":[5])");
    const auto form = R"({"resourceType":"QuestionnaireResponse","id":"q1","status":"completed",)"
                      R"("subject":{"reference":"Patient/patient-1"},)" +
                      rest + "}";
    test::Scripted ehr(
        [&](const fhir::http::Request& request) {
            const bool isForm = request.url.path.ends_with("/QuestionnaireResponse");
            return test::answer(200, test::searchset(isForm ? std::vector<std::string>{form}
                                                            : std::vector<std::string>{}));
        },
        site(""));

    const auto result = ehr.adapter->statements({"patient-1"});

    CHECK(result.observations.empty());
    CHECK(result.unread == std::set<std::string>{"patient-1"});
}

}  // namespace statement_forms_test
