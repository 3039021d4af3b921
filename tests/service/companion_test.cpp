// The companion's read side as its callers see it: tokens of the EHR's real authorization server,
// which the service asks what they are worth.

#include "fhir/base/base64.h"
#include "fhir/base/random.h"
#include "fhir/r4/audit_event.h"
#include "fhir/smart/token_endpoint.h"
#include "plugin/audit/audit_table.h"
#include "plugin/domain/statement.h"
#include "plugin/store/tables/companion_table.h"
#include "tests/service/service_fixture.h"

namespace companion_test {

using namespace std::chrono_literals;
using fhir::smart::Scopes;
using test::at;
using test::has;

namespace {

constexpr const char* kReader = "reader";

adapters::simulator::AuthorizationOptions clients(const std::string& readerScopes) {
    adapters::simulator::AuthorizationOptions options;
    options.required = true;
    options.clients.push_back(
        {"us", fhir::Secret("hush"), {}, {}, Scopes::parse("system/*.cruds")});
    options.clients.push_back({kReader, fhir::Secret("psst"), {}, {}, Scopes::parse(readerScopes)});
    return options;
}

/// A service whose companion answers callers with a token of the EHR's authorization server. In
/// `companion` its origin is called EHR.
class Library {
public:
    explicit Library(const std::string& readerScopes = "system/*.rs", std::string companion = "{}",
                     test::Ehr::Fault fault = {})
        : ehr_(2, clients(readerScopes)) {
        ehr_.fail(std::move(fault));
        if (const auto at = companion.find("EHR"); at != std::string::npos)
            companion.replace(at, 3, fhir::Url::parse(ehr_.base()).origin());
        auto text = test::siteText(ehr_.base(), R"(, "companion": )" + companion);
        const std::string none = R"({"method": "none"})";
        text.replace(
            text.find(none), none.size(),
            R"({"method": "client-secret-post", "clientId": "us", "clientSecret": "file:)" +
                folder_.write("secret", "hush") + R"("})");
        auto result = plugin::readSettings(text, folder_.path());
        if (!result.faults.empty()) throw std::runtime_error(result.faults.front().text);
        store_ = result.settings.store;
        service_ = std::make_unique<plugin::service::Service>(std::move(result.settings), false);
    }

    /// Keeps a statement of this patient; its id.
    std::string keep(const std::string& patient, const std::string& words, bool isForTeam = false,
                     const std::string& connection = "general", std::chrono::seconds age = 0s) {
        const auto now = std::chrono::system_clock::now() - age;
        plugin::domain::Statement statement{.id = "urn:uuid:" + fhir::randomUuid(),
                                            .patient = patient,
                                            .text = words,
                                            .said = fhir::DateTime::fromInstant(now)};
        statement.keepToTeam = isForTeam;
        auto observation = plugin::domain::toObservation(statement);
        observation.id = statement.id.substr(9);
        plugin::store::Database database(store_);
        database.transaction([&](Poco::Data::Session& session) {
            plugin::store::CompanionTable(database).keep(session,
                                                         {.type = "Observation",
                                                          .id = observation.id,
                                                          .connection = connection,
                                                          .subject = "Patient/" + patient,
                                                          .json = fhir::toJsonText(observation),
                                                          .lastUpdated = now});
        });
        return observation.id;
    }

    /// A token of the reader.
    std::string token(const std::string& scope = "system/Observation.rs") {
        auto base = fhir::Url::parse(ehr_.base());
        const fhir::smart::TokenEndpoint endpoint(
            *transport_, base.resolve("/auth/token"),
            {.method = fhir::smart::AuthMethod::ClientSecretPost,
             .clientId = kReader,
             .secret = fhir::Secret("psst")});
        return endpoint.clientCredentials(scope, fhir::deadlineIn(5s)).accessToken.reveal();
    }

    test::Response get(const std::string& target, const std::string& token = {},
                       fhir::Headers headers = {}, const std::string& method = "GET") {
        if (!token.empty()) headers.set("Authorization", "Bearer " + token);
        const bool isForm = method == "POST";
        if (isForm) headers.set("Content-Type", "application/x-www-form-urlencoded");
        const auto mark = isForm ? target.find('?') : std::string::npos;
        return transport_->send(
            {method, fhir::Url::parse(service_->address()).resolve(target.substr(0, mark)), headers,
             mark == std::string::npos ? "" : target.substr(mark + 1)},
            fhir::deadlineIn(30s));
    }

    test::Ehr& ehr() { return ehr_; }
    const plugin::store::Options& store() const { return store_; }

private:
    test::TemporaryFolder folder_;
    test::Ehr ehr_;
    plugin::store::Options store_;
    std::unique_ptr<fhir::http::Transport> transport_ = fhir::http::makeTransport();
    std::unique_ptr<plugin::service::Service> service_;
};

std::string search(const std::string& query = {}) {
    return "/fhir/Observation" + (query.empty() ? "" : "?" + query);
}

}  // namespace

TEST_CASE("companion: nobody is let in without a token that counts", "[service]") {
    Library library;
    const auto id = library.keep("patient-1", "To see the sea again");

    for (const auto& response :
         {library.get(search()), library.get(search(), "made-up"),
          library.get("/fhir/Observation/" + id),
          library.get(search(), "", {{"Authorization", "Basic dXM6aHVzaA=="}})}) {
        CHECK(response.status == 401);
        CHECK(response.headers.find("WWW-Authenticate") == "Bearer");
        CHECK(response.headers.find("Content-Type") == "application/fhir+json");
        CHECK(at(response.body, "/resourceType") == "OperationOutcome");
        CHECK(at(response.body, "/issue/0/code") == "login");
        CHECK_FALSE(has(response.body, "sea"));
    }
    CHECK(library.get("/fhir/metadata").status == 200);
}

TEST_CASE("companion: where the EHR does not say whom to ask about tokens, the site's word counts",
          "[service]") {
    const auto [companion, status] = GENERATE(table<std::string, int>({
        {R"({"introspectionUrl": "EHR/auth/introspect"})", 200},
        {"{}", 503},
    }));
    const auto saysNothing = [](test::Connection& connection, const std::string& line) {
        if (!has(line, " /fhir/.well-known/") && !has(line, " /fhir/metadata")) return false;
        return connection.send(test::answer(404, "", "Connection: close\r\n"));
    };
    Library library("system/*.rs", companion, saysNothing);

    const auto answer = library.get(search(), library.token());

    INFO(answer.body);
    CHECK(answer.status == status);
}

TEST_CASE("companion: that the EHR refuses us is not told as if it had refused the caller",
          "[service]") {
    const auto status = GENERATE(401, 403, 404);
    Library library;
    const auto token = library.token();
    library.ehr().fail([status](test::Connection& connection, const std::string& line) {
        if (!line.starts_with("POST /auth/introspect")) return false;
        return connection.send(test::answer(status, "", "Connection: close\r\n"));
    });

    CHECK(library.get(search(), token).status == 503);
    library.ehr().mend();
    CHECK(library.get(search(), token).status == 200);
}

TEST_CASE("companion: made-up tokens are asked about so often, and no oftener", "[service]") {
    Library library;
    library.keep("patient-1", "To see the sea again");
    const auto began = std::chrono::steady_clock::now();
    int refused = 0, busy = 0;
    for (int i = 0; i < 200; ++i) {
        const auto answer = library.get(search(), "made-up-" + std::to_string(i));
        refused += answer.status == 401 ? 1 : 0;
        busy += answer.status == 503 && answer.headers.find("Retry-After") ? 1 : 0;
    }
    const auto took = std::chrono::steady_clock::now() - began;

    CHECK(refused + busy == 200);
    const auto asked = library.ehr().count("POST /auth/introspect");
    CHECK(asked == static_cast<std::size_t>(refused));
    // 25 in each second that was begun.
    CHECK(asked <= 25 * static_cast<std::size_t>(took / 1s + 2));
    // And one that was refused is not asked about again.
    CHECK(library.get(search(), "made-up-0").status == 401);
    CHECK(library.ehr().count("POST /auth/introspect") == asked);
}

TEST_CASE("companion: a system token reads and searches what is kept", "[service]") {
    Library library;
    const auto id = library.keep("patient-1", "To see the sea again");
    library.keep("patient-2", "My dog at my bed");
    const auto token = library.token();

    const auto one = library.get("/fhir/Observation/" + id, token);
    CHECK(one.status == 200);
    CHECK(at(one.body, "/valueString") == "To see the sea again");
    // The patient is no resource of this server: the reference leads to the EHR.
    CHECK(at(one.body, "/subject/reference") == library.ehr().base() + "/Patient/patient-1");
    const auto tag = one.headers.find("ETag").value();
    CHECK(library.get("/fhir/Observation/" + id, token, {{"If-None-Match", tag}}).status == 304);
    CHECK(library.get("/fhir/Observation/" + fhir::randomUuid(), token).status == 404);

    const auto all = library.get(search(), token);
    CHECK(all.status == 200);
    CHECK((has(all.body, "sea") && has(all.body, "dog")));
    const auto hers = library.get(search("patient=patient-1&status=final"), token);
    CHECK((has(hers.body, "sea") && !has(hers.body, "dog")));
    CHECK(at(hers.body, "/entry/0/resource/subject/reference") ==
          library.ehr().base() + "/Patient/patient-1");
    CHECK(has(at(hers.body, "/link/0/url"), "/fhir/Observation?patient=patient-1&status=final"));
    CHECK(library.get("/fhir/Observation/_search?patient=patient-1", token, {}, "POST").body ==
          library.get(search("patient=patient-1"), token).body);
    // Asked about once and then remembered for a moment.
    CHECK(library.ehr().count("POST /auth/introspect") == 1);
}

TEST_CASE("companion: a search has at most so many parameters, and so many bytes", "[service]") {
    Library library;
    library.keep("patient-1", "To see the sea again");
    const auto token = library.token();
    std::string many = "patient=patient-1";
    for (int i = 0; i < 49; ++i) many += "&status=final";
    const auto tooLong = "patient=patient-1&status=" + std::string(70'000, 'x');

    CHECK(library.get(search(many), token).status == 200);
    for (const auto& refused :
         {library.get(search(many + "&status=final"), token),
          library.get("/fhir/Observation/_search?" + many + "&status=final", token, {}, "POST"),
          library.get("/fhir/Observation/_search?" + tooLong, token, {}, "POST")}) {
        CHECK(refused.status == 400);
        CHECK(at(refused.body, "/resourceType") == "OperationOutcome");
        CHECK(has(at(refused.body, "/issue/0/diagnostics"), "a search may have at most"));
    }
}

TEST_CASE("companion: the audit trail keeps the beginning of a long query, and what tells it",
          "[service]") {
    Library library;
    library.keep("patient-1", "To see the sea again");
    std::string query = "patient=patient-1&status=final";
    for (int i = 0; i < 47; ++i) query += "&_lastUpdated=ge2020-01-01T00%3A00%3A00.000%2B00%3A00";
    REQUIRE(library.get(search(query), library.token()).status == 200);

    std::string kept;
    CHECK(test::eventually([&] {
        plugin::store::Database database(library.store());
        for (const auto& record : plugin::audit::AuditTable(database).list({})) {
            const auto document = fhir::json::Document::parse(record.event);
            for (const auto& entity : fhir::AuditEvent::fromJson(document.root()).entity)
                if (const auto text = fhir::decodeBase64(entity.query.value_or("")).value_or("");
                    has(text, "/fhir/Observation?"))
                    kept = text;
        }
        return !kept.empty();
    }));
    CHECK(kept.size() < 2200);
    CHECK(kept.starts_with("GET /fhir/Observation?patient=patient-1&status=final"));
    CHECK(has(kept, "... sha256:"));
}

TEST_CASE("companion: a search goes on by its links until each was there once", "[service]") {
    Library library;
    for (int i = 0; i < 5; ++i) library.keep("patient-1", "Number " + std::to_string(i));
    const auto token = library.token();

    std::string target = search("patient=patient-1&_count=2");
    std::string all;
    int pages = 0;
    while (!target.empty() && pages < 9) {
        const auto page = library.get(target, token);
        REQUIRE(page.status == 200);
        all += page.body;
        ++pages;
        const auto next = at(page.body, "/link/1/url");
        target = next.empty() ? "" : next.substr(next.find("/fhir/"));
    }

    CHECK(pages == 3);
    for (int i = 0; i < 5; ++i) {
        const auto words = "Number " + std::to_string(i);
        CHECK(has(all, words));
        CHECK(all.find(words) == all.rfind(words));
    }
}

TEST_CASE("companion: a token opens what its scopes say and no more", "[service]") {
    Library library("system/Observation.r");
    const auto id = library.keep("patient-1", "To see the sea again");
    const auto token = library.token("system/Observation.r");

    CHECK(library.get("/fhir/Observation/" + id, token).status == 200);
    const auto searched = library.get(search(), token);
    CHECK(searched.status == 403);
    CHECK(at(searched.body, "/issue/0/code") == "forbidden");
    CHECK(library.get("/fhir/Flag", token).status == 403);
}

TEST_CASE("companion: what is kept to the team, or another EHR's, is not there", "[service]") {
    Library library;
    const auto team = library.keep("patient-1", "Only for my nurses", true);
    const auto other = library.keep("patient-1", "Of another hospital", false, "elsewhere");
    const auto token = library.token();

    CHECK(library.get("/fhir/Observation/" + team, token).status == 404);
    CHECK(library.get("/fhir/Observation/" + other, token).status == 404);
    const auto all = library.get(search("patient=patient-1"), token);
    CHECK(all.status == 200);
    CHECK_FALSE(has(all.body, "\"entry\""));
}

TEST_CASE("companion: a token for another audience, or when nobody can be asked, opens nothing",
          "[service]") {
    Library strict("system/*.rs", R"({"audience": "https://whatmatters.example/fhir"})");
    CHECK(strict.get(search(), strict.token()).status == 401);

    Library library;
    const auto token = library.token();
    library.ehr().fail([](test::Connection& connection, const std::string& line) {
        if (!has(line, "/auth/introspect")) return false;
        return connection.send(test::answer(503, "", "Connection: close\r\n"));
    });
    const auto response = library.get(search(), token);
    CHECK(response.status == 503);
    CHECK(at(response.body, "/issue/0/code") == "transient");
}

TEST_CASE("companion: what it cannot do is said as an OperationOutcome", "[service]") {
    Library library;
    const auto token = library.token();

    CHECK(library.get(search("colour=red"), token).status == 400);
    CHECK(library.get(search("colour=red"), token, {{"Prefer", "handling=lenient"}}).status == 200);
    CHECK(library.get(search(), token, {{"Accept", "application/fhir+xml"}}).status == 406);
    CHECK(library.get(search("_format=xml"), token).status == 406);
    CHECK(library.get(search("_format=json"), token, {{"Accept", "text/html"}}).status == 200);
    CHECK(library.get("/fhir/Patient/1", token).status == 404);
    const auto put = library.get(search(), token, {}, "PUT");
    CHECK(put.status == 405);
    CHECK(at(put.body, "/issue/0/code") == "not-supported");
}

TEST_CASE("companion: large answers go as gzip to who takes it", "[service]") {
    Library library;
    for (int i = 0; i < 5; ++i) library.keep("patient-1", "To see the sea again");
    const auto token = library.token();

    const auto plain = library.get(search(), token, {{"Accept-Encoding", "identity"}});

    CHECK_FALSE(plain.headers.find("Content-Encoding"));
    CHECK(library.get(search(), token, {{"Accept-Encoding", "gzip"}}).body == plain.body);
}

}  // namespace companion_test
