#include "plugin/outbox/sender.h"

#include <atomic>
#include <fstream>
#include <mutex>
#include <thread>

#include "adapters/routes/route.h"
#include "tests/plugin/outbox/scripted_sender.h"

namespace sender_test {

using namespace plugin;
using namespace std::chrono_literals;
using fhir::Error;
using fhir::ErrorKind;
using outbox::Sender;
using store::OutboxEntry;
using store::OutboxState;
using test::entry;
using test::fails;
using test::kNoon;
using Fixture = test::ScriptedSender;

namespace {

const outbox::DeliveryResult kWritten{store::Placement::Ehr,
                                      "observation",
                                      "Observation/9",
                                      "",
                                      {{"flowsheet-observation", "The EHR has no such row."}}};

Fixture::Answer written() {
    return [](const OutboxEntry&) { return kWritten; };
}

OutboxEntry elsewhere(const std::string& id) {
    auto result = entry(id, "patient/3/now");
    result.connection = "other";
    return result;
}

}  // namespace

TEST_CASE("sender: with nothing to do it does nothing", "[outbox]") {
    Fixture fixture({});

    CHECK_FALSE(fixture.sender.sendOne());
    CHECK(fixture.sent.empty());
}

TEST_CASE("sender: what was delivered has its receipt and is not sent again", "[outbox]") {
    Fixture fixture({entry("a")});
    fixture.script = {written()};

    CHECK(fixture.sender.sendOne());
    CHECK_FALSE(fixture.sender.sendOne());

    const auto delivered = fixture.at("a");
    CHECK(delivered.state == OutboxState::Delivered);
    CHECK(delivered.placement == store::Placement::Ehr);
    CHECK(delivered.route == "observation");
    CHECK(delivered.location == "Observation/9");
    REQUIRE(delivered.skipped.size() == 1);
    CHECK(delivered.skipped[0].why == "The EHR has no such row.");
    REQUIRE(fixture.reports.size() == 1);
    CHECK(fixture.reports[0].state == OutboxState::Delivered);
    CHECK(fixture.reports[0].entry == "a");
}

TEST_CASE("sender: the doubt is on record before anything is sent", "[outbox]") {
    Fixture fixture({entry("a")});
    bool onRecord = false;
    fixture.script = {[&](const OutboxEntry& one) {
        onRecord = fixture.at("a").mayBeThere;
        CHECK_FALSE(one.mayBeThere);  // for this try there is none yet
        return kWritten;
    }};

    fixture.sender.sendOne();

    CHECK(onRecord);
}

TEST_CASE("sender: a try ends so long before its lease that what it sent has time to arrive",
          "[outbox]") {
    Fixture fixture({entry("a")});
    const auto begun = fhir::Deadline(1h);
    auto options = fixture.options();
    options.lease = 90s;
    // The clock of deadlines goes on between the two looks at the time: the claim is the later.
    auto steady = begun;
    options.clock.steady = [&] { return std::exchange(steady, steady + 10s); };
    fhir::Deadline deadline;
    Sender sender(
        fixture.database,
        [&](const OutboxEntry&, fhir::Deadline given) {
            deadline = given;
            return kWritten;
        },
        options);

    CHECK(sender.sendOne());
    CHECK(deadline == begun + 60s);
}

TEST_CASE("sender: an error decides on the next try and its doubt", "[outbox]") {
    struct Case {
        ErrorKind kind;
        OutboxState state;
        bool doubt;
        const char* error;
    };
    const auto one = GENERATE(values<Case>({
        {ErrorKind::Unavailable, OutboxState::Waiting, true, "what"},
        {ErrorKind::BadReply, OutboxState::Waiting, true, "what"},
        {ErrorKind::Unauthorized, OutboxState::Waiting, false,
         "the EHR does not accept our credentials: what"},
        {ErrorKind::Refused, OutboxState::Failed, false, "what"},
        {ErrorKind::InvalidInput, OutboxState::Failed, false, "what"},
        {ErrorKind::Internal, OutboxState::InDoubt, true, "what"},
    }));
    Fixture fixture({entry("a")});
    fixture.script = {fails(one.kind, "what")};

    CHECK(fixture.sender.sendOne());

    const auto after = fixture.at("a");
    CHECK(after.state == one.state);
    CHECK(after.mayBeThere == one.doubt);
    CHECK(after.lastError == one.error);
    CHECK(after.attempts == 1);
    if (one.state == OutboxState::Waiting) {
        CHECK(after.nextAttempt == kNoon + 2500ms);
    }
    CHECK(fixture.reports.at(0).error == one.error);
    CHECK_FALSE(fixture.sender.sendOne());
}

TEST_CASE("sender: what nobody can tell is not sent again before a person has said what is there",
          "[outbox]") {
    Fixture fixture({entry("a")});
    const auto nobodyCanTell = [](const OutboxEntry&) -> outbox::DeliveryResult {
        throw Error(ErrorKind::BadReply, "nobody can tell").withCause(adapters::kInDoubt);
    };
    fixture.script = {fails(ErrorKind::Unavailable, "down"), nobodyCanTell, nobodyCanTell,
                      written()};
    CHECK(fixture.sender.sendOne());
    fixture.now += 1h;
    CHECK(fixture.sender.sendOne());

    CHECK(fixture.at("a").state == OutboxState::InDoubt);
    CHECK(fixture.at("a").lastError == "nobody can tell");
    CHECK_FALSE(fixture.sender.sendOne());
    CHECK(fixture.table.counts() == std::pair(0, 1));
    REQUIRE(fixture.table.backlog().size() == 1);
    CHECK(fixture.table.backlog().front().state == OutboxState::InDoubt);

    // Who tries it again has it looked for again.
    CHECK(fixture.table.retry("a", fixture.now));
    CHECK(fixture.at("a").state == OutboxState::Waiting);
    CHECK(fixture.sender.sendOne());
    CHECK(fixture.sent.back().mayBeThere);
    CHECK(fixture.at("a").state == OutboxState::InDoubt);

    // Who has looked says so.
    CHECK(fixture.table.retry("a", fixture.now, true));
    CHECK_FALSE(fixture.table.retry("a", fixture.now, true));  // it is not in doubt any more
    CHECK(fixture.sender.sendOne());
    CHECK_FALSE(fixture.sent.back().mayBeThere);
    CHECK(fixture.at("a").state == OutboxState::Delivered);
}

TEST_CASE("sender: what was in doubt and then refused everywhere is not there", "[outbox]") {
    Fixture fixture({entry("a")});
    fixture.script = {fails(ErrorKind::Unavailable, "down"), fails(ErrorKind::Refused, "no")};

    CHECK(fixture.sender.sendOne());
    fixture.now += 1h;
    CHECK(fixture.sender.sendOne());

    CHECK(fixture.at("a").state == OutboxState::Failed);
}

TEST_CASE("sender: what is nowhere was not sent, unless there was nothing to change", "[outbox]") {
    using store::EntryKind;
    const auto [kind, state] = GENERATE(table<EntryKind, OutboxState>({
        {EntryKind::Statement, OutboxState::Discarded},
        {EntryKind::Flag, OutboxState::Discarded},
        {EntryKind::Provenance, OutboxState::Discarded},
        {EntryKind::Correction, OutboxState::Delivered},
        {EntryKind::RemoveCopy, OutboxState::Delivered},
    }));
    auto one = entry("a");
    one.kind = kind;
    Fixture fixture({one});
    fixture.script = {[](const OutboxEntry&) { return outbox::DeliveryResult{}; }};

    CHECK(fixture.sender.sendOne());

    CHECK(fixture.at("a").state == state);
    CHECK(fixture.at("a").placement == store::Placement::Nowhere);
}

TEST_CASE("sender: an exception of any other kind is a dead letter without its text", "[outbox]") {
    Fixture fixture({entry("a")});
    fixture.script = {[](const OutboxEntry&) -> outbox::DeliveryResult {
        throw std::runtime_error("To be home before my sister's wedding");
    }};

    CHECK(fixture.sender.sendOne());

    CHECK(fixture.at("a").state == OutboxState::InDoubt);
    CHECK(fixture.at("a").mayBeThere);
    CHECK(fixture.at("a").lastError.find("wedding") == std::string::npos);
    CHECK(fixture.at("a").lastError.find("unexpected") != std::string::npos);
}

TEST_CASE("sender: waits grow, and the next taker knows of the doubt", "[outbox]") {
    Fixture fixture({entry("a")});
    fixture.script = {fails(ErrorKind::Unavailable, "down"), fails(ErrorKind::Unavailable, "down"),
                      written()};

    fixture.sender.sendOne();
    fixture.now += 2499ms;
    CHECK_FALSE(fixture.sender.sendOne());
    fixture.now += 1ms;
    CHECK(fixture.sender.sendOne());
    CHECK(fixture.at("a").nextAttempt == fixture.now + 5s);
    fixture.now += 5s;
    CHECK(fixture.sender.sendOne());

    REQUIRE(fixture.sent.size() == 3);
    CHECK_FALSE(fixture.sent[0].mayBeThere);
    CHECK(fixture.sent[1].mayBeThere);
    CHECK(fixture.sent[2].mayBeThere);
    CHECK(fixture.at("a").state == OutboxState::Delivered);
    CHECK(fixture.at("a").lastError.empty());
}

TEST_CASE("sender: a Retry-After is honoured", "[outbox]") {
    Fixture fixture({entry("a")});
    fixture.script = {fails(ErrorKind::Unavailable, "busy", 120s), written()};

    fixture.sender.sendOne();
    fixture.now += 119s;
    CHECK_FALSE(fixture.sender.sendOne());
    fixture.now += 1s;
    CHECK(fixture.sender.sendOne());
}

TEST_CASE("sender: after the greatest age it is a dead letter that a person can put back",
          "[outbox]") {
    Fixture fixture({entry("a")});
    fixture.script = {fails(ErrorKind::Unavailable, "down"), fails(ErrorKind::Unavailable, "down"),
                      fails(ErrorKind::Unavailable, "down"), written()};
    fixture.now = kNoon + 7 * 24h - 1s;

    CHECK(fixture.sender.sendOne());  // the next try would be later than a week
    CHECK(fixture.at("a").state == OutboxState::InDoubt);
    CHECK(fixture.at("a").lastError == "given up after 7 days: down");
    CHECK(fixture.at("a").mayBeThere);
    CHECK_FALSE(fixture.sender.sendOne());

    fixture.now += 24h;
    CHECK(fixture.table.retry("a", fixture.now));
    CHECK(fixture.sender.sendOne());  // fails again, and waits again
    CHECK(fixture.at("a").state == OutboxState::Waiting);
    CHECK(fixture.sent.back().mayBeThere);
}

TEST_CASE("sender: the order of a key is kept while an EHR is away", "[outbox]") {
    Fixture fixture({entry("a"), entry("b"), entry("c", "patient/3/now")});
    fixture.script = {fails(ErrorKind::Unavailable, "down"), written(), written(), written()};

    fixture.sender.sendOne();
    fixture.sender.sendOne();
    CHECK_FALSE(fixture.sender.sendOne());
    fixture.now += 1min;
    while (fixture.sender.sendOne()) {
    }

    std::string order;
    for (const auto& one : fixture.sent) order += one.id;
    CHECK(order == "acab");
}

TEST_CASE("sender: a dead letter lets newer words of its key pass", "[outbox]") {
    Fixture fixture({entry("a"), entry("b")});
    fixture.script = {fails(ErrorKind::Refused, "no route"), written()};

    CHECK(fixture.sender.sendOne());
    CHECK(fixture.sender.sendOne());
    CHECK(fixture.at("b").state == OutboxState::Delivered);
}

TEST_CASE("sender: a discarded entry is not sent", "[outbox]") {
    Fixture fixture({entry("a")});
    fixture.table.discard("a", "entered for the wrong patient");

    CHECK_FALSE(fixture.sender.sendOne());
}

TEST_CASE("sender: discarded while it was being sent, it is where it is", "[outbox]") {
    Fixture fixture({entry("a")});
    fixture.script = {[&](const OutboxEntry&) {
        fixture.table.discard("a", "too late");
        return kWritten;
    }};

    fixture.sender.sendOne();

    CHECK(fixture.at("a").state == OutboxState::Delivered);
    CHECK(fixture.at("a").location == "Observation/9");
}

TEST_CASE("sender: only the one that was named is sent", "[outbox]") {
    Fixture fixture({entry("a", "1"), entry("b", "2")});
    fixture.script = {written()};

    CHECK(fixture.sender.sendOne({"b", ""}));
    CHECK_FALSE(fixture.sender.sendOne({"b", ""}));
    CHECK(fixture.sent.at(0).id == "b");
}

TEST_CASE("sender: killed between sending and marking, the next taker looks first", "[outbox]") {
    const test::TemporaryFolder folder;
    const auto ehr = folder.file("received");

    CHECK(test::inChild([&] {
              store::Database database(folder.file());
              test::insert(database, entry("a"));
              Sender::Options options;
              options.clock.now = [] { return kNoon; };
              Sender sender(
                  database,
                  [&](const OutboxEntry& one, fhir::Deadline) -> outbox::DeliveryResult {
                      std::ofstream(ehr) << one.id << std::flush;
                      test::die();
                  },
                  options);
              sender.sendOne();
              return 0;
          }) == SIGKILL);

    std::string received;
    std::ifstream(ehr) >> received;
    REQUIRE(received == "a");
    store::Database database(folder.file());
    Sender::Options options;
    options.clock.now = [] { return kNoon + 1h; };
    options.report = [](const outbox::SendReport&) {};
    bool lookedFirst = false;
    Sender sender(
        database,
        [&](const OutboxEntry& one, fhir::Deadline) {
            lookedFirst = one.mayBeThere;
            return kWritten;
        },
        options);
    CHECK(sender.sendOne());
    CHECK(lookedFirst);
    CHECK(store::OutboxTable(database).find("a")->state == OutboxState::Delivered);
}

TEST_CASE("sender: the thread sends what comes, at a wake or when it is due, and stops",
          "[outbox]") {
    test::Store store;
    std::atomic<int> sent = 0;
    Sender::Options options;
    options.idle = 1h;  // only a wake or a due time can be the reason
    options.report = [](const outbox::SendReport&) {};
    options.policy.first = 1s;
    options.chance = [] { return 0.2; };  // 200 ms
    Sender sender(
        store.database,
        [&](const OutboxEntry&, fhir::Deadline) {
            if (++sent == 2) throw Error(ErrorKind::Unavailable, "down");
            return kWritten;
        },
        options);
    const auto waitFor = [&](int count) {
        const auto until = std::chrono::steady_clock::now() + 20s;
        while (sent < count && std::chrono::steady_clock::now() < until)
            std::this_thread::sleep_for(5ms);
        return sent == count;
    };
    const auto add = [&](const char* id) {
        auto one = entry(id, id);
        one.created = one.nextAttempt = std::chrono::system_clock::now();
        test::insert(store.database, one);
        sender.wake();
    };

    std::jthread thread([&](const std::stop_token& stop) { sender.run(stop); });
    add("a");
    CHECK(waitFor(1));
    add("b");           // fails once,
    CHECK(waitFor(3));  // and is sent again when it is due, without a wake
    thread.request_stop();
    thread.join();

    CHECK(store::OutboxTable(store.database).counts() == std::pair(0, 0));
}

TEST_CASE("sender: several threads send each entry once", "[outbox]") {
    test::Store store;
    for (int i = 0; i < 40; ++i)
        test::insert(store.database, entry(std::to_string(i), std::to_string(i % 8)));
    std::mutex mutex;
    std::vector<std::string> sent;
    Sender::Options options;
    options.report = [](const outbox::SendReport&) {};
    Sender sender(
        store.database,
        [&](const OutboxEntry& one, fhir::Deadline) {
            const std::scoped_lock lock(mutex);
            sent.push_back(one.id);
            return kWritten;
        },
        options);

    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 3; ++i)
            threads.emplace_back([&](const std::stop_token& stop) { sender.run(stop); });
        const auto until = std::chrono::steady_clock::now() + 60s;
        while (store::OutboxTable(store.database).counts().first != 0 &&
               std::chrono::steady_clock::now() < until)
            std::this_thread::sleep_for(10ms);
    }

    REQUIRE(sent.size() == 40);
    std::sort(sent.begin(), sent.end());
    CHECK(std::unique(sent.begin(), sent.end()) == sent.end());
}

TEST_CASE("sender: an EHR that is busy pauses its own entries, and no others", "[outbox]") {
    const int status = GENERATE(429, 503);
    Fixture fixture({entry("a"), entry("b", "patient/2/about-me"), elsewhere("c")});
    fixture.script = {fails(ErrorKind::Unavailable, "busy", 60s, status), written()};

    while (fixture.sender.sendOne()) {
    }

    REQUIRE(fixture.sent.size() == 2);
    CHECK(fixture.sent.back().id == "c");
    CHECK(fixture.at("a").attempts == 1);
    CHECK(fixture.at("b").attempts == 0);
    CHECK_FALSE(fixture.at("b").mayBeThere);
    CHECK(fixture.at("b").waitingSince == kNoon);

    fixture.now += 59s;
    CHECK_FALSE(fixture.sender.sendOne());
    fixture.now += 1s;
    fixture.script = {written(), written()};
    while (fixture.sender.sendOne()) {
    }
    CHECK(fixture.at("a").state == OutboxState::Delivered);
    CHECK(fixture.at("b").state == OutboxState::Delivered);
}

TEST_CASE("sender: what our own breaker holds back is no try", "[outbox]") {
    Fixture fixture({entry("a")});
    for (int i = 0; i < 5; ++i) {
        fixture.script = {fails(ErrorKind::Unavailable, "it did not answer lately", 5s)};
        CHECK(fixture.sender.sendOne());
        fixture.now += 10s;
    }

    CHECK(fixture.at("a").attempts == 0);
    // The waits do not grow by it either: it goes out as soon as the EHR is asked again.
    CHECK(fixture.at("a").nextAttempt <= fixture.now);
    CHECK(fixture.at("a").waitingSince == kNoon);
}

TEST_CASE("sender: an error that tells of one entry alone holds up no other", "[outbox]") {
    Fixture fixture({entry("a"), entry("b", "patient/2/about-me")});
    fixture.script = {fails(ErrorKind::Unavailable, "no answer"), written()};

    while (fixture.sender.sendOne()) {
    }

    CHECK(fixture.at("a").state == OutboxState::Waiting);
    CHECK(fixture.at("b").state == OutboxState::Delivered);
}

TEST_CASE("sender: a pause has an end, whatever the EHR asks for", "[outbox]") {
    Fixture fixture({entry("a"), entry("b", "patient/2/about-me")});
    fixture.script = {fails(ErrorKind::Unavailable, "busy", 1000h, 503)};
    fixture.sender.sendOne();

    fixture.now += 24h;
    fixture.script = {written(), written()};

    CHECK(fixture.sender.sendOne());
}

}  // namespace sender_test
