#include "adapters/routes/create_once.h"

#include <algorithm>

#include "tests/support/hospital_fixture.h"

namespace create_once_test {

using adapters::LadderResult;
using adapters::vendorProfile;
using fhir::Error;
using fhir::ErrorKind;
using fhir::http::Request;
using fhir::http::Response;
using test::answer;
using test::statementObservation;
using test::thrown;

namespace {

/// The made-up hospital with a write through its observation route.
struct Writing {
    explicit Writing(adapters::Profile profile = vendorProfile("generic"))
        : hospital(1, std::move(profile)) {}

    LadderResult write(const fhir::Observation& observation = statementObservation(),
                       bool mayBeThere = false) {
        return hospital.adapter().write({"observation", "companion"}, observation, storage,
                                        mayBeThere);
    }
    /// How many Observations the server holds that have our identifier.
    std::size_t copies() {
        auto request = Request{
            "GET",
            fhir::Url::parse(
                std::string("http://ehr.example/fhir/Observation?identifier=urn:ietf:rfc:3986%7C") +
                test::kStatementUrn),
            {},
            {}};
        const auto bundle = fhir::json::Document::parse(hospital.real(request).body);
        return static_cast<std::size_t>(bundle.root().at("total").integer());
    }
    /// Lets the test change what the server answers; the server itself acts as ever.
    void tamper(std::function<void(const Request&, Response&)> change) {
        hospital.wire().handler = [this, change](const Request& request) {
            auto response = hospital.real(request);
            change(request, response);
            return response;
        };
    }
    test::Hospital hospital;
    test::MemoryCompanion storage;
};

bool isCreate(const Request& request) {
    return request.method == "POST";
}
bool isRead(const Request& request) {
    return request.method == "GET" && request.url.path.find("/Observation/") != std::string::npos;
}
bool isSearch(const Request& request) {
    return request.method == "GET" && request.url.path.ends_with("/Observation");
}

void replace(std::string& text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
}

const std::string kOurs = R"({"resourceType":"Observation","id":"ID","meta":{"lastUpdated":"TIME"},
    "identifier":[{"system":"urn:ietf:rfc:3986","value":")" +
                          std::string(test::kStatementUrn) + R"("}],
    "status":"final","code":{"coding":[{"system":"http://loinc.org","code":"95541-9"},
    {"system":"http://loinc.org","code":"81363-4"}]},"category":[{"coding":[{"system":
    "http://hl7.org/fhir/us/core/CodeSystem/us-core-category",
    "code":"care-experience-preference"}]}],
    "language":"en","subject":{"reference":"Patient/patient-1"},
    "encounter":{"reference":"Encounter/stay-1"},"effectiveDateTime":"2026-03-10T09:30:00Z",
    "performer":[{"reference":"Patient/patient-1"}],"valueString":"I want to see the sea."})";

std::string copy(const std::string& id, const std::string& time) {
    auto text = kOurs;
    replace(text, "ID", id);
    replace(text, "TIME", time);
    return text;
}

}  // namespace

TEST_CASE("create once: what is written is what was meant", "[adapters]") {
    Writing writing;

    const auto result =
        writing.write(statementObservation("Ñandú, \"quoted\"\n🐰 **and** <b>שלום</b>"));

    CHECK(result.route == "observation");
    CHECK(result.remark == "");
    CHECK(writing.copies() == 1);
    const auto& post = *std::find_if(writing.hospital.wire().requests.begin(),
                                     writing.hospital.wire().requests.end(), isCreate);
    CHECK(post.headers.find("If-None-Exist") ==
          "identifier=urn%3Aietf%3Arfc%3A3986%7C" + fhir::percentEncode(test::kStatementUrn));
    CHECK(post.url.query.empty());
}

TEST_CASE("create once: what the server names by another address of its own is what was written",
          "[adapters]") {
    const std::string base = GENERATE("http://internal:8080/r4", "HTTP://EHR.example:80/fhir",
                                      "http://other.example/fhir");
    const bool isOwn = base != "http://other.example/fhir";
    test::Hospital hospital(1);
    test::Scripted ehr(
        [&](const Request& request) {
            auto response = hospital.real(request);
            if (!isRead(request)) return response;
            for (const char* name : {"Patient/patient-1", "Encounter/stay-1"})
                for (std::size_t at = 0;
                     (at = response.body.find("\"" + std::string(name), at)) != std::string::npos;
                     at += base.size())
                    response.body.insert(at + 1, base + "/");
            return response;
        },
        vendorProfile("generic"), {fhir::Url::parse("http://internal:8080/r4")});
    test::MemoryCompanion storage;

    const auto result =
        ehr.adapter->write({"observation", "companion"}, statementObservation(), storage, false);

    CHECK(ehr.wire.count("POST", "/Observation") == 1);
    CHECK(storage.kept.empty() == isOwn);
    CHECK((result.holder == adapters::Holder::Ehr) == isOwn);
    if (isOwn) CHECK(result.remark == "");
}

TEST_CASE("create once: where copies seem to be another server's it is not sent again",
          "[adapters]") {
    Writing writing;
    REQUIRE(writing.write().holder == adapters::Holder::Ehr);
    writing.tamper([](const Request& request, Response& response) {
        if (request.method != "GET") return;
        for (std::size_t at = 0;
             (at = response.body.find("http://ehr.example/", at)) != std::string::npos;)
            response.body.replace(at, 19, "http://proxy.example/");
    });

    const auto error = thrown([&] { writing.write(statementObservation(), true); });

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(),
               Catch::Contains("cannot be found out") && Catch::Contains("http://proxy.example"));
    CHECK(writing.copies() == 1);
}

TEST_CASE("create once: the same write twice is one resource", "[adapters]") {
    Writing writing;

    const auto first = writing.write();
    const auto second = writing.write();

    CHECK(second.location == first.location);
    CHECK(writing.copies() == 1);
}

TEST_CASE("create once: no If-None-Exist where profile or server are without it", "[adapters]") {
    auto profile = vendorProfile("generic");
    profile.conditionalCreate = false;
    Writing byProfile(profile);
    Writing byServer;
    byServer.tamper([](const Request& request, Response& response) {
        if (!request.url.path.ends_with("/metadata")) return;
        for (auto at = response.body.find("\"conditionalCreate\":true"); at != std::string::npos;
             at = response.body.find("\"conditionalCreate\":true"))
            response.body.replace(at, 24, "\"conditionalCreate\":false");
    });

    for (auto* writing : {&byProfile, &byServer}) {
        writing->write();
        for (const auto& request : writing->hospital.wire().requests)
            CHECK(request.headers.find("If-None-Exist") == std::nullopt);
        CHECK(writing->copies() == 1);
    }
}

TEST_CASE("create once: a lost reply is found again and not sent twice", "[adapters]") {
    auto profile = vendorProfile("generic");
    profile.conditionalCreate = GENERATE(true, false);
    Writing writing(profile);
    writing.tamper([](const Request& request, Response&) {
        if (isCreate(request)) throw Error(ErrorKind::Unavailable, "the connection was lost");
    });
    CHECK(thrown([&] { writing.write(); }).kind() == ErrorKind::Unavailable);

    const auto result = writing.write(statementObservation(), true);

    CHECK(result.route == "observation");
    CHECK(result.location == "Observation/1001");
    CHECK(writing.copies() == 1);
    CHECK(writing.hospital.wire().count("POST", "/Observation") == 1);
}

TEST_CASE("create once: a request that never arrived is sent again", "[adapters]") {
    Writing writing;

    const auto result = writing.write(statementObservation(), true);

    CHECK(result.location == "Observation/1001");
    CHECK(writing.copies() == 1);
}

TEST_CASE("create once: where doubt cannot be cleared nothing is sent", "[adapters]") {
    Writing writing;
    writing.tamper([](const Request& request, Response& response) {
        if (isSearch(request)) response = answer(400);
    });

    const auto error = thrown([&] { writing.write(statementObservation(), true); });

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Catch::Contains("cannot be found out"));
    CHECK(writing.copies() == 0);
    CHECK(writing.storage.kept.empty());
}

TEST_CASE("create once: a server without search by identifier is searched more widely",
          "[adapters]") {
    Writing writing;
    writing.write();
    writing.tamper([](const Request& request, Response& response) {
        if (request.url.query.starts_with("identifier=")) response = answer(400);
    });

    const auto result = writing.write(statementObservation(), true);

    CHECK(result.location == "Observation/1001");
    CHECK(writing.copies() == 1);
    CHECK_THAT(writing.hospital.wire().requests.back().url.query,
               Catch::StartsWith("patient=Patient%2Fpatient-1&code="));
}

TEST_CASE("create once: of several copies the oldest is taken, and it is remarked", "[adapters]") {
    Writing writing;
    writing.tamper([](const Request& request, Response& response) {
        if (isCreate(request)) response = answer(412);
        if (isSearch(request))
            response = answer(200, test::searchset({copy("8", "2026-03-10T09:50:00Z"),
                                                    copy("7", "2026-03-10T09:40:00Z"),
                                                    copy("8", "2026-03-10T09:50:00Z")}));
    });

    const auto result = writing.write();

    CHECK(result.route == "observation");
    CHECK(result.location == "Observation/7");
    CHECK(result.remark == "it is there 2 times: Observation/7 Observation/8");
}

TEST_CASE("create once: a conflict about nothing that can be found", "[adapters]") {
    Writing writing;
    int status = 412;
    writing.tamper([&](const Request& request, Response& response) {
        if (isCreate(request)) response = answer(status);
        if (isSearch(request)) response = answer(200, test::searchset({}));
    });

    CHECK(thrown([&] { writing.write(); }).kind() == ErrorKind::BadReply);
    CHECK(writing.storage.kept.empty());
    status = 409;
    CHECK(writing.write().route == "companion");
}

TEST_CASE("create once: a reply that does not say where is followed by a search", "[adapters]") {
    Writing writing;
    writing.tamper([](const Request& request, Response& response) {
        if (isCreate(request)) response = {201, {}, ""};
    });

    CHECK(writing.write().location == "Observation/1001");
}

TEST_CASE("create once: accepted and nowhere to be found is not delivered", "[adapters]") {
    Writing writing;
    SECTION("no place named, none found") {
        writing.tamper([](const Request& request, Response& response) {
            if (isCreate(request)) response = {201, {}, ""};
            if (isSearch(request)) response = answer(200, test::searchset({}));
        });
    }
    SECTION("the place named is empty") {
        writing.tamper([](const Request& request, Response& response) {
            if (isRead(request)) response = answer(404);
        });
    }
    SECTION("the place named cannot be reached") {
        writing.tamper([](const Request& request, Response& response) {
            if (isRead(request)) response = answer(200, "<html>");
        });
    }

    CHECK(thrown([&] { writing.write(); }).kind() == ErrorKind::BadReply);
    CHECK(writing.storage.kept.empty());
}

TEST_CASE("create once: altered words or another patient are not delivered", "[adapters]") {
    const auto [from, to, reason] = GENERATE(table<std::string, std::string, std::string>({
        {"see the sea", "see the seal", "other words"},
        {"Patient/patient-1", "Patient/patient-2", "another patient"},
    }));
    Writing writing;
    const auto from_ = from;
    const auto to_ = to;
    writing.tamper([&](const Request& request, Response& response) {
        if (isRead(request)) replace(response.body, from_, to_);
    });

    const auto result = writing.write();

    CHECK(result.route == "companion");
    REQUIRE(result.skipped.size() == 1);
    CHECK_THAT(result.skipped[0].why, Catch::Contains(reason));
}

TEST_CASE("create once: what an earlier try left is compared too", "[adapters]") {
    Writing writing;
    writing.write(statementObservation("Something else."));

    const auto result = writing.write(statementObservation(), true);

    CHECK(result.route == "companion");
    CHECK(writing.copies() == 1);
}

TEST_CASE("create once: what cannot be read again is not written again", "[adapters]") {
    Writing writing;
    writing.write();
    writing.tamper([](const Request& request, Response& response) {
        if (isSearch(request))
            replace(response.body, R"("status":"final")",
                    R"("modifierExtension":[{"url":"urn:x"}],"status":"final")");
    });

    const auto result = writing.write(statementObservation(), true);

    CHECK(result.route == "companion");
    CHECK_THAT(result.skipped.at(0).why, Catch::Contains("Observation/1001 has our identifier"));
    CHECK(writing.copies() == 1);
}

TEST_CASE("create once: small changes and unreadable places are remarked", "[adapters]") {
    Writing writing;
    SECTION("a dropped encounter") {
        writing.tamper([](const Request& request, Response& response) {
            if (isRead(request))
                replace(response.body, R"("encounter":{"reference":"Encounter/stay-1"},)", "");
        });
        CHECK(writing.write().remark == "the EHR did not keep the encounter");
    }
    SECTION("a time of the server's own that cannot be read") {
        const std::string issued = GENERATE(R"("2026-03-07T08:15:00")", "7", "{}");
        writing.tamper([issued](const Request& request, Response& response) {
            if (isRead(request))
                replace(response.body, R"("status":"final")",
                        R"("status":"final","issued":)" + issued);
        });
        CHECK(writing.write().remark == "");
    }
    SECTION("a time of ours that cannot be read") {
        writing.tamper([](const Request& request, Response& response) {
            if (isRead(request))
                replace(response.body, R"("effectiveDateTime":")", R"("effectiveDateTime":"x)");
        });
        CHECK(writing.write().remark == "the EHR did not keep when it was said");
    }
    SECTION("reading is forbidden") {
        writing.tamper([](const Request& request, Response& response) {
            if (isRead(request)) response = answer(403);
        });
        CHECK_THAT(writing.write().remark, Catch::Contains("does not let it be read back"));
    }
    CHECK(writing.copies() == 1);
}

TEST_CASE("create once: without read-back the server's word is taken", "[adapters]") {
    auto profile = vendorProfile("generic");
    profile.readBack = false;
    Writing writing(profile);

    CHECK(writing.write().location == "Observation/1001");
    CHECK(std::none_of(writing.hospital.wire().requests.begin(),
                       writing.hospital.wire().requests.end(), isRead));
}

TEST_CASE("create once: the PCO category is written where the site wants it", "[adapters]") {
    auto profile = vendorProfile("generic");
    profile.whatMattersCategory = GENERATE(true, false);
    Writing writing(profile);

    CHECK(writing.write().remark == "");

    const auto read = writing.hospital.adapter().client().read("Observation", "1001");
    const bool isThere = read.root().toJson().find("pco-concepts-temporary") != std::string::npos;
    CHECK(isThere == profile.whatMattersCategory);
}

TEST_CASE("create once: our own id and version are not sent", "[adapters]") {
    Writing writing;
    auto observation = statementObservation();
    observation.id = "ours";

    CHECK(writing.write(observation).location == "Observation/1001");
    for (const auto& request : writing.hospital.wire().requests)
        CHECK(request.body.find("\"id\"") == std::string::npos);
}

}  // namespace create_once_test
