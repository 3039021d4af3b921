#include "plugin/companion/remote_companion.h"

#include "adapters/companion_references.h"
#include "plugin/audit/audit_table.h"
#include "plugin/outbox/receipt.h"
#include "plugin/store/tables/merge_table.h"
#include "tests/support/bedside_fixture.h"

namespace remote_companion_test {

using namespace plugin;
using namespace std::chrono_literals;
using fhir::ErrorKind;
using store::OutboxState;
using store::Placement;

namespace {

const fhir::Url kShelfBase = fhir::Url::parse("http://127.0.0.1:8082/fhir");

fhir::ClientOptions companionOptions() {
    fhir::ClientOptions options;
    options.base = kShelfBase;
    return options;
}

/// A network that keeps to deadlines, as the real one does.
class Punctual : public fhir::http::Transport {
public:
    explicit Punctual(fhir::http::Transport& server) : server_(server) {}
    fhir::http::Response send(const fhir::http::Request& request,
                              fhir::Deadline deadline) override {
        if (deadline <= std::chrono::steady_clock::now())
            throw fhir::Error(ErrorKind::Unavailable, "too late");
        return server_.send(request, deadline);
    }

private:
    fhir::http::Transport& server_;
};

/// A server that drops `meta.tag`.
class Untagged : public fhir::http::Transport {
public:
    explicit Untagged(fhir::http::Transport& server) : server_(server) {}
    fhir::http::Response send(const fhir::http::Request& request,
                              fhir::Deadline deadline) override {
        auto response = server_.send(request, deadline);
        const auto at = response.body.find("\"tag\":");
        if (at != std::string::npos) response.body.replace(at, 5, "\"gat\"");
        return response;
    }

private:
    fhir::http::Transport& server_;
};

/// A bedside whose EHR takes nothing but what a test lets it, and a companion server.
struct Shelved : test::Bedside {
    explicit Shelved(const std::function<void(adapters::Profile&)>& change = {})
        : Bedside([](adapters::Profile& profile) {
              profile.routes = {"observation", "companion"};
              profile.observation.categories = {"vital-signs"};
          }) {
        auto profile = adapters::vendorProfile("generic");
        if (change) change(profile);
        storage = adapters::makeAdapter(std::move(profile),
                                        fhir::Client(companionNetwork, companionOptions()));
    }

    outbox::DeliveryResult deliver(const store::OutboxEntry& one, fhir::Deadline deadline) {
        return outbox::deliver({.ehr = *adapter, .routes = routes, .companion = storage.get()},
                               database, one, deadline);
    }
    void sendAll() {
        while (sender.sendOne()) {
        }
    }
    /// As a reader of the server finds it: the status of each copy.
    std::vector<std::string> onShelf(const domain::Statement& statement) {
        std::vector<std::string> all;
        for (const auto& one : found(statement.patient).observations) all.push_back(one.status);
        return all;
    }
    adapters::FoundStatements found(const std::string& patient) {
        return adapters::findAtCompanion(storage->client(), storage->profile(),
                                         adapter->client().options().base, {patient});
    }
    store::OutboxEntry withdrawal(const domain::Statement& statement) {
        return *store::OutboxTable(database).find(outbox::withdrawalId(statement.id));
    }
    void withdraw(const domain::Statement& statement) {
        outbox::withdrawStatement(database, "general", statement.patient, statement.id, now);
    }
    domain::Statement captured() {
        auto statement = spoken();
        capture(statement);
        return statement;
    }
    void companionIsAway() {
        companionNetwork.before = [](const fhir::http::Request&) {
            throw fhir::Error(ErrorKind::Unavailable, "nobody answers").withRetryAfter(10min);
        };
    }
    void companionIsBack() { companionNetwork.before = nullptr; }

    std::vector<std::string> routes{"observation", "companion"};
    adapters::simulator::Simulator companionServer{
        {.base = kShelfBase, .patients = 1, .seed = 2, .clock = {}}};
    test::LossyNetwork companionNetwork{companionServer};
    std::unique_ptr<adapters::Adapter> storage;
    outbox::Sender sender{database,
                          [this](const store::OutboxEntry& one, fhir::Deadline deadline) {
                              return deliver(one, deadline);
                          },
                          options()};
};

using Statuses = std::vector<std::string>;

}  // namespace

TEST_CASE("companion server: what the EHR does not take is kept there, once, and nothing here",
          "[outbox]") {
    Shelved site;
    const auto statement = site.captured();

    site.sendAll();

    const auto entry = site.entry(statement);
    CHECK(entry.state == OutboxState::Delivered);
    CHECK(entry.route == "companion");
    CHECK(entry.placement == Placement::RemoteCompanion);
    CHECK(entry.location.starts_with("http://127.0.0.1:8082/fhir/Observation/"));
    CHECK(outbox::whereIs(entry) ==
          "Kept on the companion server 127.0.0.1:8082, because the EHR takes no Observation but "
          "of the category vital-signs.");
    CHECK(site.onShelf(statement) == Statuses{"final"});
    CHECK_FALSE(store::CompanionTable(site.database).find("Observation", entry.id));
    CHECK(site.network.creates == 0);
    const auto kept = domain::fromObservation(site.found(statement.patient).observations.front());
    REQUIRE(kept);
    CHECK(kept->id == statement.id);
    CHECK(kept->patient == statement.patient);
    CHECK(kept->text == statement.text);
    CHECK(kept->location == entry.location);
    CHECK_FALSE(kept->replaces);
}

TEST_CASE("companion server: what leaves for it is on record with where it went", "[audit]") {
    Shelved site;
    const auto statement = site.captured();
    site.sendAll();
    site.withdraw(statement);
    site.sendAll();

    int sent = 0;
    for (const auto& record : audit::AuditTable(site.database).list({}))
        if (record.event.find("\"outbox\"") != std::string::npos) {
            ++sent;
            CHECK(record.event.find(site.entry(statement).location) != std::string::npos);
        }
    CHECK(sent == 2);
}

TEST_CASE("companion server: an answer that is lost leaves no second copy", "[outbox]") {
    Shelved site;
    const auto statement = site.captured();
    site.companionNetwork.answersToLose = 1;

    REQUIRE(site.sender.sendOne());
    CHECK(site.entry(statement).state == OutboxState::Waiting);
    site.now += 1h;
    site.sendAll();

    CHECK(site.entry(statement).state == OutboxState::Delivered);
    CHECK(site.entry(statement).placement == Placement::RemoteCompanion);
    CHECK(site.onShelf(statement) == Statuses{"final"});
    CHECK(site.companionNetwork.creates == 1);
}

TEST_CASE("companion server: while it is away it is tried again, and the EHR is not left alone",
          "[outbox]") {
    Shelved site;
    const auto statement = site.captured();
    site.companionIsAway();

    REQUIRE(site.sender.sendOne());
    const auto entry = site.entry(statement);
    CHECK(entry.state == OutboxState::Waiting);
    CHECK(entry.attempts == 1);
    CHECK(entry.lastError.starts_with("the companion server 127.0.0.1:8082: "));

    // Another patient's words, which the EHR takes, go on at once.
    auto other = statement;
    other.id = "urn:uuid:7a0d9c3e-0b5a-4c1e-9d6a-3f2b7a8c9d11";
    other.aspect = domain::Aspect::AboutMe;
    site.capture(other);
    CHECK(site.sender.sendOne());
    CHECK(site.entry(other).attempts == 1);

    site.companionIsBack();
    site.now += 1h;
    site.sendAll();
    CHECK(site.entry(statement).state == OutboxState::Delivered);
    CHECK(site.onShelf(statement) == Statuses{"final", "final"});
}

TEST_CASE("companion server: what is taken back is marked there", "[outbox]") {
    Shelved site;
    const auto statement = site.captured();
    site.sendAll();

    site.withdraw(statement);
    site.sendAll();

    const auto receipt = site.withdrawal(statement);
    CHECK(receipt.state == OutboxState::Delivered);
    CHECK(receipt.location == site.entry(statement).location);
    CHECK(outbox::whereIs(receipt) ==
          "Taken back, and marked on the companion server 127.0.0.1:8082 as entered in error.");
    CHECK(site.onShelf(statement) == Statuses{"entered-in-error"});
    CHECK(site.companionNetwork.creates == 1);
}

TEST_CASE("companion server: what is taken back after the record was merged is marked where it is",
          "[outbox]") {
    Shelved site;
    const auto statement = site.captured();
    site.sendAll();
    store::MergeTable(site.database).follow("general", statement.patient, "survivor", site.now);

    outbox::withdrawStatement(site.database, "general", "survivor", statement.id, site.now);
    site.sendAll();

    CHECK(site.withdrawal(statement).state == OutboxState::Delivered);
    CHECK(site.onShelf(statement) == Statuses{"entered-in-error"});
}

TEST_CASE("companion server: what was taken back while nobody knew whether it arrived is marked",
          "[outbox]") {
    Shelved site;
    const auto statement = site.captured();
    site.companionNetwork.answersToLose = 1;
    REQUIRE(site.sender.sendOne());

    site.withdraw(statement);
    for (int i = 0; i < 4; ++i) {
        site.now += 1h;
        site.sendAll();
    }

    CHECK(site.withdrawal(statement).state == OutboxState::Delivered);
    CHECK(site.onShelf(statement) == Statuses{"entered-in-error"});
    CHECK(site.companionNetwork.creates == 1);
}

TEST_CASE("companion server: where the EHR does not let its copy be marked, that is kept there",
          "[outbox]") {
    Shelved site;
    auto open = adapters::vendorProfile("generic");
    open.updates.clear();
    site.adapter = adapters::makeAdapter(open, site.adapter->client());
    const auto statement = site.captured();
    site.sendAll();
    REQUIRE(site.entry(statement).route == "observation");

    site.withdraw(statement);
    site.sendAll();

    CHECK(site.withdrawal(statement).placement == Placement::RemoteCompanion);
    CHECK(site.onShelf(statement) == Statuses{"entered-in-error"});
}

TEST_CASE("companion server: one that lets nothing be changed leaves a dead letter that says so",
          "[outbox]") {
    Shelved site([](adapters::Profile& profile) { profile.updates.clear(); });
    const auto statement = site.captured();
    site.sendAll();

    site.withdraw(statement);
    site.sendAll();

    const auto receipt = site.withdrawal(statement);
    CHECK(receipt.state == OutboxState::Failed);
    CHECK(receipt.lastError.find("127.0.0.1:8082: It lets no other software change Observation") !=
          std::string::npos);
}

TEST_CASE("companion server: what a try kept before it was cut off stays in that one place",
          "[outbox]") {
    Shelved site;
    const auto statement = site.captured();
    const auto first = store::OutboxTable(site.database).claim(site.now, 180s).value();
    REQUIRE(site.deliver(first, fhir::deadlineIn(60s)).route == "companion");
    // The EHR takes it today; the try before, which was not marked, must be remembered.
    site.adapter =
        adapters::makeAdapter(adapters::vendorProfile("generic"), site.adapter->client());

    SECTION("it is found") {
        site.now += 1h;
        site.sendAll();
        CHECK(site.entry(statement).placement == Placement::RemoteCompanion);
        CHECK(site.inChart(statement) == 0);
    }
    SECTION("nobody knows while that server is away") {
        site.companionIsAway();
        site.now += 1h;
        site.sendAll();
        CHECK(site.entry(statement).state == OutboxState::Waiting);
        CHECK(site.inChart(statement) == 0);
    }
}

TEST_CASE("companion server: who was stopped for too long sends nothing there", "[outbox]") {
    Shelved site;
    const auto statement = site.captured();
    store::OutboxTable table(site.database);
    const auto first = table.claim(site.now, 180s).value();
    Punctual punctual(site.companionNetwork);
    site.storage = adapters::makeAdapter(adapters::vendorProfile("generic"),
                                         fhir::Client(punctual, companionOptions()));

    SECTION("another has begun") {
        REQUIRE(table.claim(site.now + 1h, 180s));
        CHECK(test::errorKindOf([&] { site.deliver(first, fhir::deadlineIn(60s)); }) ==
              ErrorKind::Unavailable);
    }
    SECTION("its time is over") {
        CHECK(test::errorKindOf([&] { site.deliver(first, fhir::deadlineIn(-1s)); }) ==
              ErrorKind::Unavailable);
    }

    CHECK(site.onShelf(statement).empty());
}

TEST_CASE("companion server: what proves to be in the chart after all leaves it", "[outbox]") {
    Shelved site;
    const auto statement = site.captured();
    store::OutboxTable table(site.database);
    // One sender is stopped while its request is on its way; another finds the EHR closed and
    // keeps the words; then the first goes on, and the request has reached the chart.
    const auto slow = table.claim(site.now, 180s).value();
    site.now += 1h;
    site.sendAll();
    REQUIRE(site.entry(statement).placement == Placement::RemoteCompanion);
    site.adapter =
        adapters::makeAdapter(adapters::vendorProfile("generic"), site.adapter->client());
    auto late = slow;
    const auto result = site.deliver(late, fhir::deadlineIn(60s));
    REQUIRE(result.placement == Placement::Ehr);
    REQUIRE(result.route == "observation");
    late.placement = result.placement;
    late.route = result.route;
    late.location = result.location;
    table.markDelivered(late);

    site.now = std::max(site.now, std::chrono::system_clock::now() + 1h);
    site.sendAll();

    CHECK(site.entry(statement).route == "observation");
    CHECK(site.inChart(statement) == 1);
    const auto drop = table.find(outbox::removalId(site.entry(statement).id)).value();
    CHECK(drop.kind == store::EntryKind::RemoveCopy);
    CHECK(drop.state == OutboxState::Delivered);
    CHECK(drop.placement == Placement::Nowhere);
    CHECK(drop.route == "companion-drop");
    CHECK(outbox::whereIs(drop) == "In the chart, and not on the companion server any more.");
    // It says of nobody's words that they were a mistake, and stands for nobody's.
    CHECK(site.onShelf(statement).empty());
    const auto left = site.companionServer.send(
        {"GET", fhir::Url::parse(table.find(drop.id)->location), {}, {}}, {});
    CHECK(left.body.find("entered-in-error") != std::string::npos);
    CHECK(left.body.find("identifier\":[") == std::string::npos);
}

TEST_CASE("companion server: one that does not keep what it is found by is no companion",
          "[outbox]") {
    Shelved site;
    const auto statement = site.captured();
    Untagged untagged(site.companionNetwork);
    site.storage = adapters::makeAdapter(adapters::vendorProfile("generic"),
                                         fhir::Client(untagged, companionOptions()));

    for (int i = 0; i < 3; ++i) {
        site.sendAll();
        site.now += 1h;
    }

    CHECK(site.entry(statement).state == OutboxState::Waiting);
    CHECK(site.entry(statement).lastError.find("did not keep the meta.tag") != std::string::npos);
    CHECK(site.companionNetwork.creates == 1);
    site.now += 24h * 8;
    site.sendAll();
    CHECK(site.entry(statement).state == OutboxState::InDoubt);
    CHECK(site.entry(statement).mayBeThere);
}

TEST_CASE("companion server: what it took and does not let be read stays in doubt", "[outbox]") {
    Shelved site;
    const auto statement = site.captured();
    site.companionNetwork.before = [](const fhir::http::Request& request) {
        if (request.method == "GET" && request.url.path.find("/Observation/") != std::string::npos)
            throw fhir::Error(ErrorKind::Refused, "not to you").withStatus(400);
    };

    REQUIRE(site.sender.sendOne());
    CHECK(site.entry(statement).state == OutboxState::Waiting);
    CHECK(site.entry(statement).mayBeThere);

    site.companionIsBack();
    site.now += 1h;
    site.sendAll();
    CHECK(site.entry(statement).placement == Placement::RemoteCompanion);
    CHECK(site.onShelf(statement) == Statuses{"final"});
    CHECK(site.companionNetwork.creates == 1);
}

TEST_CASE("companion server: what was kept here before it was named is taken back here",
          "[outbox]") {
    Shelved site;
    const auto statement = site.captured();
    const auto entry = store::OutboxTable(site.database).claim(site.now, 180s).value();
    auto kept = entry;
    const auto here =
        outbox::deliver(*site.adapter, site.routes, site.database, entry, fhir::deadlineIn(60s));
    kept.placement = here.placement;
    kept.route = here.route;
    kept.location = here.location;
    store::OutboxTable(site.database).markDelivered(kept);
    REQUIRE(site.entry(statement).placement == Placement::LocalCompanion);

    site.withdraw(statement);
    site.sendAll();

    CHECK(outbox::whereIs(site.withdrawal(statement)) == "Taken back here, where it was kept.");
    CHECK(site.onShelf(statement).empty());
}

TEST_CASE("companion server: a server that is no longer named is said to a person", "[outbox]") {
    Shelved site;
    const auto statement = site.captured();
    site.sendAll();
    site.withdraw(statement);
    const auto entry = store::OutboxTable(site.database).claim(site.now, 180s).value();

    const auto error = [&] {
        try {
            outbox::deliver(*site.adapter, site.routes, site.database, entry,
                            fhir::deadlineIn(60s));
        } catch (const fhir::Error& caught) {
            return std::string(caught.what());
        }
        return std::string();
    }();

    CHECK(error.find("kept on the server 127.0.0.1:8082, which is not the companion") !=
          std::string::npos);
}

TEST_CASE("companion server: what our retention prunes is found there", "[outbox]") {
    Shelved site;
    const auto statement = site.captured();
    site.sendAll();
    const auto later = std::chrono::system_clock::now() + 24h;

    CHECK(store::StatementTable(site.database).pruneDelivered(later) == 1);
    CHECK(store::OutboxTable(site.database).prune(OutboxState::Delivered, later) == 1);

    CHECK(site.onShelf(statement) == Statuses{"final"});
}

}  // namespace remote_companion_test
