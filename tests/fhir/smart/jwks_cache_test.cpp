#include "fhir/smart/jwks_cache.h"

#include <atomic>
#include <future>
#include <thread>

#include "tests/fhir/smart/keys.h"
#include "tests/support/fake_transport.h"
#include "tests/support/thrown.h"

namespace jwks_cache_test {

using namespace std::chrono_literals;
using fhir::smart::Algorithm;
using fhir::smart::JwksCache;
using fhir::smart::JwkSet;

namespace {

const auto kUrl = fhir::Url::parse("https://ehr.example/jwks");

std::string setWith(const std::string& kid) {
    return JwkSet({{test::ourKey(Algorithm::ES384), kid, {}}}).toJson();
}

struct World {
    test::FakeTransport transport;
    fhir::Deadline now{};
    JwksCache cache{transport, {.steady = [this] { return now; }}};

    bool has(const std::string& kid) {
        return cache.find(kUrl, kid, Algorithm::ES384, fhir::deadlineIn(5s)).has_value();
    }
    std::size_t asked() const { return transport.requests.size(); }
};

}  // namespace

TEST_CASE("jwks cache: a set is fetched once and kept as its owner says", "[smart]") {
    const auto [cacheControl, kept] = GENERATE(table<std::string, std::chrono::seconds>({
        {"", 600s},
        {"max-age=300", 300s},
        {"public, Max-Age=300 , must-revalidate", 300s},
        {"max-age=0", 60s},
        {"no-store", 60s},
        {"max-age=300, no-cache", 60s},
        {"max-age=99999999999", 24h},
        {"max-age=soon", 600s},
        {"max-age", 600s},
    }));
    World world;
    const fhir::Headers headers{{"Cache-Control", cacheControl}};
    world.transport.then(test::reply(200, setWith("a"), headers));
    world.transport.then(test::reply(200, setWith("a"), headers));

    CHECK(world.has("a"));
    world.now += kept - 1ms;
    CHECK(world.has("a"));
    CHECK(world.asked() == 1);
    world.now += 1ms;
    CHECK(world.has("a"));
    CHECK(world.asked() == 2);
    CHECK(world.transport.requests.front().headers.find("Accept") == "application/json");
    CHECK_FALSE(world.transport.requests.front().headers.find("Authorization"));
}

TEST_CASE("jwks cache: an unknown key id asks once more, and no oftener", "[smart]") {
    World world;
    world.transport.then(test::reply(200, setWith("old")));
    world.transport.then(test::reply(200, setWith("new")));
    world.transport.then(test::reply(200, setWith("new")));

    CHECK(world.has("old"));
    CHECK_FALSE(world.has("new"));  // asked a moment ago
    CHECK(world.asked() == 1);
    world.now += 30s;
    CHECK(world.has("new"));  // rotated meanwhile
    CHECK(world.asked() == 2);
    for (int i = 0; i < 100; ++i) CHECK_FALSE(world.has("invented-" + std::to_string(i)));
    CHECK(world.asked() == 2);
    world.now += 30s;
    CHECK_FALSE(world.has("invented"));
    CHECK(world.asked() == 3);
    CHECK(world.has("new"));
}

TEST_CASE("jwks cache: an owner that is away does not take its keys away at once", "[smart]") {
    World world;
    world.transport.then(test::reply(200, setWith("a")));
    world.transport.then(fhir::Error(fhir::ErrorKind::Unavailable, "down"));
    world.transport.then(test::reply(500));
    world.transport.then(test::reply(200, "<html>"));
    world.transport.then(test::reply(404));

    CHECK(world.has("a"));
    world.now += 600s;
    CHECK(world.has("a"));
    CHECK(world.has("a"));
    CHECK(world.asked() == 2);  // not asked again at once
    world.now += 30s;
    CHECK(world.has("a"));
    world.now += 30s;
    CHECK(world.has("a"));
    world.now += 1h;
    const auto error = test::thrown([&] { world.has("a"); });
    CHECK(error.kind() == fhir::ErrorKind::BadReply);
    CHECK(world.asked() == 5);
}

TEST_CASE("jwks cache: why no set could be had", "[smart]") {
    const auto [answer, kind] = GENERATE(table<fhir::http::Response, fhir::ErrorKind>({
        {test::reply(404), fhir::ErrorKind::BadReply},
        {test::reply(302, "", {{"Location", "https://evil.example/jwks"}}),
         fhir::ErrorKind::BadReply},
        {test::reply(503), fhir::ErrorKind::Unavailable},
        {test::reply(429), fhir::ErrorKind::Unavailable},
        {test::reply(200, "{}"), fhir::ErrorKind::BadReply},
        {test::reply(200, std::string(300 * 1024, ' ')), fhir::ErrorKind::BadReply},
    }));
    World world;
    world.transport.then(answer);

    CHECK(test::thrown([&] { world.has("a"); }).kind() == kind);
    // The next one does not ask again at once.
    CHECK(test::thrown([&] { world.has("a"); }).kind() == fhir::ErrorKind::Unavailable);
    CHECK(world.asked() == 1);
}

TEST_CASE("jwks cache: sets are kept by address, and not without end", "[smart]") {
    test::FakeTransport transport;
    JwksCache cache(transport, {}, {.setsMax = 2});
    const auto find = [&](const std::string& url) {
        transport.then(test::reply(200, setWith("k")));
        return cache.find(fhir::Url::parse(url), "k", Algorithm::ES384, fhir::deadlineIn(5s));
    };

    CHECK(find("https://a.example/"));
    CHECK(find("https://b.example/"));
    CHECK(find("https://c.example/"));
    CHECK(transport.requests.size() == 3);
    CHECK(find("https://c.example/"));
    CHECK(transport.requests.size() == 3);
    CHECK(find("https://a.example/"));  // was the oldest
    CHECK(transport.requests.size() == 4);
}

namespace {

/// Answers only when it is told to, and says when it was asked.
class SlowTransport final : public fhir::http::Transport {
public:
    fhir::http::Response send(const fhir::http::Request&, fhir::Deadline) override {
        if (++count == slowFrom) asked.set_value();
        if (count >= slowFrom) released.wait();
        return test::reply(200, setWith("a"));
    }

    std::atomic<int> count = 0;
    int slowFrom = 1;
    std::promise<void> asked, release;
    std::shared_future<void> released = release.get_future().share();
};

/// A set that is known, and an owner that has fallen silent since.
struct SilentOwner {
    SilentOwner() {
        transport.slowFrom = 2;
        REQUIRE(find("a", 60s));
    }
    ~SilentOwner() { transport.release.set_value(); }

    std::optional<fhir::smart::Key> find(const std::string& kid, std::chrono::milliseconds time) {
        return cache.find(kUrl, kid, Algorithm::ES384, fhir::deadlineIn(time));
    }
    bool isUnavailable(const std::string& kid, std::chrono::milliseconds time) {
        return test::thrown([&] { find(kid, time); }).kind() == fhir::ErrorKind::Unavailable;
    }

    SlowTransport transport;
    std::atomic<int> seconds = 0;  // asked for by the fetch as well
    JwksCache cache{transport,
                    {.steady = [this] { return fhir::Deadline(std::chrono::seconds(seconds)); }}};
};

}  // namespace

TEST_CASE("jwks cache: many threads, one request; nobody waits beyond the deadline", "[smart]") {
    test::ourKey(Algorithm::ES384);
    SlowTransport transport;
    JwksCache cache(transport);
    std::atomic<int> found = 0;
    std::vector<std::jthread> threads;
    const auto look = [&] {
        if (cache.find(kUrl, "a", Algorithm::ES384, fhir::deadlineIn(60s))) ++found;
    };

    threads.emplace_back(look);
    transport.asked.get_future().wait();
    for (int i = 0; i < 7; ++i) threads.emplace_back(look);
    const auto error =
        test::thrown([&] { cache.find(kUrl, "a", Algorithm::ES384, fhir::deadlineIn(1ms)); });
    transport.release.set_value();
    threads.clear();

    CHECK(error.kind() == fhir::ErrorKind::Unavailable);
    CHECK(found == 8);
    CHECK(transport.count == 1);
}

TEST_CASE("jwks cache: a known key does not wait while an invented one is looked for", "[smart]") {
    SilentOwner owner;
    owner.seconds = 31;
    std::vector<std::jthread> inventors;
    std::atomic<int> refused = 0;
    for (int i = 0; i < 8; ++i)
        inventors.emplace_back([&, i] {
            if (owner.isUnavailable("invented-" + std::to_string(i), 1500ms)) ++refused;
        });
    owner.transport.asked.get_future().wait();

    // No deadline is early enough for one that waits.
    for (int i = 0; i < 100; ++i) CHECK(owner.find("a", 0ms));
    owner.seconds = 601;  // it has expired meanwhile
    CHECK(owner.find("a", 0ms));
    inventors.clear();
    CHECK(refused == 8);
    CHECK(owner.transport.count == 2);
}

TEST_CASE("jwks cache: a fetch outlives whoever waited for it, and is one for all", "[smart]") {
    SilentOwner owner;
    owner.seconds = 601;

    CHECK(owner.find("a", 2ms));  // fetched anew, waited for half of the time, and used as it was
    owner.transport.asked.get_future().wait();  // the fetch has a thread of its own
    CHECK(owner.isUnavailable("b", 1ms));
    owner.seconds = 601 + 3601;  // nobody may use it any more
    CHECK(owner.isUnavailable("a", 1ms));
    CHECK(owner.transport.count == 2);
}

TEST_CASE("jwks cache: only so many wait", "[smart]") {
    test::ourKey(Algorithm::ES384);
    SlowTransport transport;
    JwksCache cache(transport, {}, {.waitingMax = 2});
    const auto look = [&](std::chrono::milliseconds time) {
        return cache.find(kUrl, "a", Algorithm::ES384, fhir::deadlineIn(time)).has_value();
    };
    std::atomic<int> found = 0, refused = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < 5; ++i)
        threads.emplace_back([&] {
            try {
                if (look(60s)) ++found;
            } catch (const fhir::Error&) {
                ++refused;
            }
        });
    while (refused < 3) std::this_thread::yield();  // they were told at once
    transport.release.set_value();
    threads.clear();
    CHECK(found == 2);
}

}  // namespace jwks_cache_test
