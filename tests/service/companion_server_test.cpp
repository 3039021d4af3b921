// Another FHIR server as the companion: what the EHR does not take goes there, and comes back from
// there to the page, the ward and the card.
#include "plugin/service/maintenance.h"
#include "plugin/store/tables/outbox_table.h"
#include "tests/service/service_fixture.h"

namespace companion_server_test {

using namespace std::chrono_literals;
using test::at;
using test::eventually;
using test::form;
using test::has;
using test::ServiceFixture;
using test::sizeAt;

namespace {

const std::string kAddress = std::string("/api/patient/statements/") + test::kUuid;
const std::string kWords = "Made up: to see the sea again.";
const std::string kByIdentifier =
    std::string("/Observation?identifier=urn:ietf:rfc:3986%7Curn:uuid:") + test::kUuid;

/// The companion server as a further connection of the site, waited for so many seconds at most.
std::string onShelf(const test::Ehr& storage, int secondsMax = 1) {
    return R"(,"write":{"routes":["companion"]},"companion":{"server":"shelf"}},)"
           R"({"id":"shelf","vendor":"generic","fhirBase":")" +
           storage.base() + R"(","auth":{"method":"none"},"overrides":{"timeoutSeconds":)" +
           std::to_string(secondsMax) + R"(},"units":[])";
}

/// A hospital whose EHR takes nothing, and a server that keeps it.
struct Site {
    explicit Site(int shelfSecondsMax = 1)
        : fixture({.connection = onShelf(storage, shelfSecondsMax)}) {}

    test::Ehr storage{1};
    ServiceFixture fixture;
    test::Page page = fixture.open("patient-1");
    int say(const std::string& words = kWords) {
        return fixture.post(page, "/api/patient/statements", form(words)).status;
    }
    std::string receipt(const std::string& member) {
        return at(fixture.get(page, kAddress).body, "/statement/receipt/" + member);
    }
    bool isKept() {
        return eventually([&] { return receipt("state") == "delivered"; });
    }
    std::string chart() { return fixture.get(page, "/api/patient").body; }
    /// What an operator does once the cause is mended, so that nobody waits for a pause to end: a
    /// start closes the breaker, too.
    void tryAgain() {
        plugin::store::Database database(fixture.store());
        plugin::store::OutboxTable(database).retry(test::kUuid, std::chrono::system_clock::now());
        fixture.restart();
    }
    /// Everything that our own store could tell, gone.
    void forget() {
        plugin::store::Database database(fixture.store());
        plugin::service::maintain(database, {.delivered = std::chrono::days(0)},
                                  std::chrono::system_clock::now() + 1h);
        REQUIRE(eventually([&] { return fixture.get(page, kAddress).status == 404; }));
    }
    std::string card(const std::string& more = R"(,"prefetch":{"patient":null,"encounter":null,)"
                                               R"("statements":null})",
                     const std::string& hook = "patient-view") {
        const bool isStart = hook == "encounter-start";
        return fixture
            .post(isStart ? "/cds-services/what-matters-admission" : "/cds-services/what-matters",
                  R"({"hook":")" + hook +
                      R"(","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","context":)"
                      R"({"userId":"Practitioner/1","patientId":"patient-1")" +
                      (isStart ? R"(,"encounterId":"stay-1")" : "") + "}" + more + "}")
            .body;
    }
};

}  // namespace

TEST_CASE("companion server: words that the EHR does not take are kept there and shown from there",
          "[service]") {
    Site site;

    REQUIRE(site.say() == 201);
    REQUIRE(site.isKept());

    CHECK(site.storage.total(kByIdentifier) == 1);
    CHECK(site.receipt("route") == "companion");
    CHECK(site.receipt("location").starts_with(site.storage.base() + "/Observation/"));
    CHECK(site.receipt("where").starts_with("Kept on the companion server 127.0.0.1:"));
    CHECK(site.fixture.ehr.count("POST /fhir/Observation") == 0);
    CHECK_FALSE(has(site.fixture.get("/fhir/Observation?patient=patient-1").body, "sea again"));
    CHECK(has(site.fixture.get("/fhir/metadata").body,
              "kept by another FHIR server, and not served here, for: general."));

    site.forget();

    const auto chart = site.chart();
    CHECK(has(chart, kWords));
    CHECK(chart.find(kWords) == chart.rfind(kWords));
    CHECK(has(chart, "Kept on the companion server 127.0.0.1:"));
    CHECK(has(chart, ", and read from there."));
    CHECK(has(chart, "\"mayCorrect\":false"));
    CHECK(at(site.card(), "/cards/0/summary") == kWords);
    site.fixture.readWard();
    CHECK(has(site.fixture.get(site.fixture.openWard(), "/api/ward").body, kWords));
}

TEST_CASE("companion server: an answer that is lost leaves one copy", "[service]") {
    Site site;
    site.storage.loseAnswerTo("POST /fhir/Observation");

    REQUIRE(site.say() == 201);
    REQUIRE(site.isKept());

    CHECK(site.storage.total(kByIdentifier) == 1);
    CHECK(site.storage.count("POST /fhir/Observation") == 1);
}

TEST_CASE("companion server: while it is away words wait, and the page says what may be missing",
          "[service]") {
    Site site;
    site.storage.fail(test::always(test::answer(503, "")));
    REQUIRE(site.say() == 201);
    REQUIRE(eventually([&] { return site.receipt("lastError") != ""; }));

    CHECK(has(site.receipt("lastError"), "the companion server 127.0.0.1:"));
    const auto chart = site.chart();
    CHECK(has(chart, kWords));
    CHECK(has(at(chart, "/notice"), "The companion server 127.0.0.1:"));
    CHECK(has(at(chart, "/notice"), "words that are kept there may be missing"));
    CHECK(has(at(site.card(), "/cards/0/detail"), "companion server could not be read in time"));
    site.fixture.readWard();
    CHECK(has(site.fixture.get(site.fixture.openWard(), "/api/ward").body, "The companion server"));

    site.storage.mend();
    site.tryAgain();
    REQUIRE(site.isKept());
    CHECK(site.storage.total(kByIdentifier) == 1);
    CHECK(eventually([&] { return at(site.chart(), "/notice").empty(); }));
    // Neither who it is about nor what was said is in the log.
    CHECK(has(site.fixture.log(), "what is kept could not be read"));
    CHECK_FALSE(has(site.fixture.log(), "sea again"));
    CHECK_FALSE(has(site.fixture.log(), "patient-1"));
}

TEST_CASE("companion server: what was kept and taken back is marked there and shown no more",
          "[service]") {
    Site site;
    REQUIRE(site.say() == 201);
    REQUIRE(site.isKept());

    REQUIRE(site.fixture.post(site.page, kAddress + "/withdrawal", "{}").status == 200);
    REQUIRE(eventually(
        [&] { return has(site.storage.get(kByIdentifier), "\"status\":\"entered-in-error\""); }));

    CHECK(site.storage.total(kByIdentifier) == 1);
    REQUIRE(eventually([&] { return site.receipt("state") == "delivered"; }));
    CHECK(has(site.receipt("where"), "marked on the companion server 127.0.0.1:"));
    CHECK_FALSE(has(site.chart(), kWords));
    site.forget();
    CHECK_FALSE(has(site.chart(), kWords));
    CHECK_FALSE(has(site.card(), kWords));
}

TEST_CASE("companion server: another instance of the product finds what this one kept there",
          "[service]") {
    Site site;
    REQUIRE(site.say() == 201);
    REQUIRE(site.isKept());
    site.fixture.readWard();

    // A store of its own, and the same EHR by the same address.
    test::TemporaryFolder folder;
    auto text = test::siteText(site.fixture.ehr.base(), onShelf(site.storage));
    auto result = plugin::readSettings(text, folder.path());
    REQUIRE(result.faults.empty());
    plugin::service::Service other(std::move(result.settings), false);
    const auto transport = fhir::http::makeTransport();
    const auto body =
        transport
            ->send({"POST",
                    fhir::Url::parse(other.address()).resolve("/cds-services/what-matters"),
                    {{"Content-Type", "application/json"}},
                    R"({"hook":"patient-view","hookInstance":)"
                    R"("d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","context":{"userId":)"
                    R"("Practitioner/1","patientId":"patient-1"},"prefetch":{"patient":null,)"
                    R"("encounter":null,"statements":null}})"},
                   fhir::deadlineIn(30s))
            .body;

    CHECK(at(body, "/cards/0/summary") == kWords);
}

TEST_CASE("companion server: a card does not wait for it, and does not say that nobody asked",
          "[service]") {
    Site site(120);  // it is silent for longer than the card is waited for here
    REQUIRE(site.say() == 201);
    REQUIRE(site.isKept());
    site.forget();
    site.storage.fail(test::silent());

    const auto body = site.card(R"(,"prefetch":{"patient":null,"encounter":null,)"
                                R"("statements":null})",
                                "encounter-start");

    CHECK(has(body, "\"cards\":"));
    CHECK_FALSE(has(body, "Nobody has written down"));
}

TEST_CASE("companion server: one that loses its filter shows nobody another patient's words",
          "[service]") {
    Site site;
    REQUIRE(site.say() == 201);
    REQUIRE(site.isKept());
    site.forget();
    const auto others = site.storage.get(kByIdentifier);

    // The page of the other patient gets this one's words from a server that ignores `_tag`.
    const auto page = site.fixture.open("patient-2");
    site.storage.fail([&](test::Connection& connection, const std::string& line) {
        if (!has(line, "_tag=")) return false;
        return connection.send(test::answer(
            200, others, "Content-Type: application/fhir+json\r\nConnection: close\r\n"));
    });
    const auto chart = site.fixture.get(page, "/api/patient").body;

    CHECK_FALSE(has(chart, kWords));
    CHECK(has(at(chart, "/notice"), "Some entries on the companion server"));
}

}  // namespace companion_server_test
