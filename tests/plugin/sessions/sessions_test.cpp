#include "plugin/sessions/sessions.h"

#include "tests/support/temporary_folder.h"
#include "tests/support/thrown.h"

namespace sessions_test {

using namespace std::chrono_literals;
using fhir::ErrorKind;
using plugin::http_server::Request;
using plugin::sessions::Context;
using plugin::sessions::Sessions;
using test::thrown;

namespace {

/// Sessions with a clock that the test sets.
struct Fixture {
    explicit Fixture(const Sessions::Limits& limits = {}, bool secure = false)
        : database(folder.file()), sessions(database, secure, limits, clock()) {}

    fhir::Clock clock() {
        return {.now = [this] { return fhir::Instant(1000h) + passed; },
                .steady = [this] { return fhir::Deadline(1000h) + passed; }};
    }
    Sessions::Redeemed open(const std::string& patient = "p", const Request& browser = {}) {
        Context context;
        context.connection = "general";
        context.patient = patient;
        return sessions.redeemLink(sessions.mintLink(context), browser);
    }
    /// What a launch of this user opens.
    Sessions::Opened launch(const std::string& owner, const Request& browser = {},
                            bool mayJoin = true, const std::string& connection = "general") {
        Context context;
        context.connection = connection;
        context.patient = "patient of " + owner;
        return sessions.begin(context, owner, browser, mayJoin);
    }

    std::chrono::seconds passed{0};
    test::TemporaryFolder folder;
    plugin::store::Database database;
    Sessions sessions;
};

Context anything() {
    Context context;
    context.connection = "general";
    return context;
}

std::string cookieOf(const Sessions::Opened& redeemed) {
    return redeemed.setCookie.substr(0, redeemed.setCookie.find(';'));
}

Request shows(const Sessions::Opened& redeemed) {
    Request request;
    request.headers.set("Cookie", "theme=dark; " + cookieOf(redeemed) + "; other=1");
    request.headers.set("X-WhatMatters-Context", redeemed.contextToken);
    return request;
}

bool isOpen(Fixture& fixture, const Request& request) {
    try {
        fixture.sessions.open(request);
        return true;
    } catch (const fhir::Error& error) {
        CHECK(error.kind() == ErrorKind::Unauthorized);
        return false;
    }
}

}  // namespace

TEST_CASE("sessions: a link is good once and for a minute", "[launch]") {
    Fixture fixture;
    const auto early = fixture.sessions.mintLink(anything());
    const auto late = fixture.sessions.mintLink(anything());

    fixture.passed += 59s;
    CHECK_NOTHROW(fixture.sessions.redeemLink(early, {}));
    CHECK(thrown([&] { fixture.sessions.redeemLink(early, {}); }).kind() ==
          ErrorKind::Unauthorized);
    fixture.passed += 1s;
    CHECK(thrown([&] { fixture.sessions.redeemLink(late, {}); }).kind() == ErrorKind::Unauthorized);
    CHECK(thrown([&] { fixture.sessions.redeemLink("", {}); }).kind() == ErrorKind::Unauthorized);
}

TEST_CASE("sessions: an idle one ends, one in use does not", "[launch]") {
    Fixture fixture;
    const auto idle = fixture.open();
    const auto used = fixture.open();

    for (int i = 0; i < 3; ++i) {
        fixture.passed += 20min;
        CHECK(isOpen(fixture, shows(used)));
    }

    CHECK_FALSE(isOpen(fixture, shows(idle)));
}

TEST_CASE("sessions: every one ends after twelve hours", "[launch]") {
    Fixture fixture;
    const auto page = fixture.open();

    for (auto passed = 0min; passed < 12h; passed += 20min) {
        CHECK(isOpen(fixture, shows(page)));
        fixture.passed += 20min;
    }

    CHECK(isOpen(fixture, shows(page)));
    fixture.passed += 1min;
    CHECK_FALSE(isOpen(fixture, shows(page)));
}

TEST_CASE("sessions: a page shows both its cookie and its context", "[launch]") {
    Fixture fixture;
    const auto one = fixture.open("patient-1");
    const auto two = fixture.open("patient-2");
    auto noCookie = shows(one);
    noCookie.headers.set("Cookie", "theme=dark");
    auto noContext = shows(one);
    noContext.headers.set("X-WhatMatters-Context", "");
    auto others = shows(one);
    others.headers.set("X-WhatMatters-Context", two.contextToken);
    auto longerName = shows(one);
    longerName.headers.set("Cookie", "x" + cookieOf(one));

    CHECK(fixture.sessions.open(shows(one)).context.patient == "patient-1");
    for (const auto& request : {noCookie, noContext, others, longerName, Request()})
        CHECK_FALSE(isOpen(fixture, request));
}

TEST_CASE("sessions: a second page joins the browser's session", "[launch]") {
    Fixture fixture;
    const auto one = fixture.open("patient-1");

    const auto two = fixture.open("patient-2", shows(one));

    CHECK(cookieOf(two) == cookieOf(one));
    CHECK(two.contextToken != one.contextToken);
    CHECK(fixture.sessions.open(shows(one)).context.patient == "patient-1");
    CHECK(fixture.sessions.open(shows(two)).context.patient == "patient-2");
}

TEST_CASE("sessions: a cookie that nobody gave out begins a session of its own", "[launch]") {
    Fixture fixture;
    Request request;
    request.headers.set("Cookie", "whatmatters=chosen-by-somebody-else");

    CHECK(cookieOf(fixture.open("p", request)) != "whatmatters=chosen-by-somebody-else");
}

TEST_CASE("sessions: the oldest page of a session goes when there are too many", "[launch]") {
    Sessions::Limits limits;
    limits.sessions.contextsMax = 2;
    Fixture fixture(limits);
    const auto one = fixture.open("1");
    fixture.passed += 1s;
    const auto two = fixture.open("2", shows(one));
    fixture.passed += 1s;
    REQUIRE(isOpen(fixture, shows(one)));  // used last, so the other one is the oldest
    fixture.passed += 1s;

    const auto three = fixture.open("3", shows(one));

    CHECK(isOpen(fixture, shows(one)));
    CHECK_FALSE(isOpen(fixture, shows(two)));
    CHECK(isOpen(fixture, shows(three)));
}

TEST_CASE("sessions: there are never more than allowed, and ended ones make room", "[launch]") {
    Sessions::Limits limits;
    limits.sessions.sessionsMax = 2;
    Fixture fixture(limits);
    fixture.open();
    fixture.open();

    CHECK(thrown([&] { fixture.open(); }).kind() == ErrorKind::Unavailable);
    fixture.passed += 31min;
    CHECK_NOTHROW(fixture.open());
}

TEST_CASE("sessions: links are never more than 10,000, and old ones make room", "[launch]") {
    Fixture fixture;
    for (int i = 0; i < 10'000; ++i) fixture.sessions.mintLink(anything());

    CHECK(thrown([&] { fixture.sessions.mintLink(anything()); }).kind() == ErrorKind::Unavailable);
    fixture.passed += 60s;
    CHECK_NOTHROW(fixture.sessions.mintLink(anything()));
}

TEST_CASE("sessions: a launch by somebody else in the same browser ends the one before",
          "[launch]") {
    Fixture fixture;
    const auto nurse = fixture.launch("Practitioner/1");

    const auto doctor = fixture.launch("Practitioner/2", shows(nurse));

    CHECK(cookieOf(doctor) != cookieOf(nurse));
    CHECK_FALSE(isOpen(fixture, shows(nurse)));
    CHECK(isOpen(fixture, shows(doctor)));
}

TEST_CASE("sessions: the same name at another connection is somebody else", "[launch]") {
    Fixture fixture;
    const auto here = fixture.launch("Practitioner/1");

    const auto there = fixture.launch("Practitioner/1", shows(here), true, "elsewhere");

    CHECK(cookieOf(there) != cookieOf(here));
    CHECK_FALSE(isOpen(fixture, shows(here)));
}

TEST_CASE("sessions: a launch that may not join leaves the browser's session alone", "[launch]") {
    Fixture fixture;
    const auto one = fixture.launch("Practitioner/1");

    const auto two = fixture.launch("Practitioner/1", shows(one), false);

    CHECK(cookieOf(two) != cookieOf(one));
    CHECK(isOpen(fixture, shows(one)));
    CHECK(isOpen(fixture, shows(two)));
}

TEST_CASE("sessions: a further launch lets the session last, and not the pages before it",
          "[launch]") {
    Fixture fixture;
    const auto early = fixture.launch("Practitioner/1");
    for (auto passed = 0min; passed < 11h; passed += 20min) {
        fixture.passed += 20min;
        REQUIRE(isOpen(fixture, shows(early)));
    }
    const auto late = fixture.launch("Practitioner/1", shows(early));
    const auto open = fixture.sessions.open(shows(early));
    auto opened = shows(early);
    opened.headers.set("X-WhatMatters-Context", fixture.sessions.addContext(open, open.context));
    for (auto passed = 0min; passed < 80min; passed += 20min) {
        fixture.passed += 20min;
        CHECK(isOpen(fixture, shows(late)));
    }

    CHECK_FALSE(isOpen(fixture, shows(early)));
    CHECK_FALSE(isOpen(fixture, opened));  // a page that was opened from a page ends with it
    CHECK(isOpen(fixture, shows(late)));
}

TEST_CASE("sessions: signing out ends every page of the browser and no other browser's",
          "[launch]") {
    Fixture fixture;
    const auto one = fixture.launch("Practitioner/1");
    const auto two = fixture.launch("Practitioner/1", shows(one));
    const auto other = fixture.launch("Practitioner/1");

    const auto cleared = fixture.sessions.end(shows(one));

    CHECK(cleared == "whatmatters=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax");
    CHECK_FALSE(isOpen(fixture, shows(one)));
    CHECK_FALSE(isOpen(fixture, shows(two)));
    CHECK(isOpen(fixture, shows(other)));
}

TEST_CASE("sessions: a restart and another instance know the pages that are open", "[launch]") {
    Fixture fixture;
    const auto page = fixture.open("patient-1");

    Sessions other(fixture.database, false, {}, fixture.clock());

    CHECK(other.open(shows(page)).context.patient == "patient-1");
}

TEST_CASE("sessions: two cookies of our name are none", "[launch]") {
    Fixture fixture;
    const auto page = fixture.open();
    auto request = shows(page);
    request.headers.set("Cookie", "whatmatters=planted; " + cookieOf(page));

    CHECK_FALSE(isOpen(fixture, request));
}

TEST_CASE("sessions: over https the cookie may be framed, and is for https alone", "[launch]") {
    Fixture plain;
    Fixture secure({}, true);

    CHECK(plain.open().setCookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"));
    CHECK(secure.open().setCookie.ends_with(
        "; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"));
    CHECK(secure.open().setCookie.starts_with("__Host-whatmatters="));
    CHECK(cookieOf(plain.open()).size() >= 12 + 32);  // 192 bits
}

}  // namespace sessions_test
