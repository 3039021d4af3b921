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
struct House {
    explicit House(const Sessions::Limits& limits = {}, bool secure = false)
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

bool isOpen(House& house, const Request& request) {
    try {
        house.sessions.open(request);
        return true;
    } catch (const fhir::Error& error) {
        CHECK(error.kind() == ErrorKind::Unauthorized);
        return false;
    }
}

}  // namespace

TEST_CASE("sessions: a link is good once and for a minute", "[launch]") {
    House house;
    const auto early = house.sessions.mintLink(anything());
    const auto late = house.sessions.mintLink(anything());

    house.passed += 59s;
    CHECK_NOTHROW(house.sessions.redeemLink(early, {}));
    CHECK(thrown([&] { house.sessions.redeemLink(early, {}); }).kind() == ErrorKind::Unauthorized);
    house.passed += 1s;
    CHECK(thrown([&] { house.sessions.redeemLink(late, {}); }).kind() == ErrorKind::Unauthorized);
    CHECK(thrown([&] { house.sessions.redeemLink("", {}); }).kind() == ErrorKind::Unauthorized);
}

TEST_CASE("sessions: an idle one ends, one in use does not", "[launch]") {
    House house;
    const auto idle = house.open();
    const auto used = house.open();

    for (int i = 0; i < 3; ++i) {
        house.passed += 20min;
        CHECK(isOpen(house, shows(used)));
    }

    CHECK_FALSE(isOpen(house, shows(idle)));
}

TEST_CASE("sessions: every one ends after twelve hours", "[launch]") {
    House house;
    const auto page = house.open();

    for (auto passed = 0min; passed < 12h; passed += 20min) {
        CHECK(isOpen(house, shows(page)));
        house.passed += 20min;
    }

    CHECK(isOpen(house, shows(page)));
    house.passed += 1min;
    CHECK_FALSE(isOpen(house, shows(page)));
}

TEST_CASE("sessions: a page shows both its cookie and its context", "[launch]") {
    House house;
    const auto one = house.open("patient-1");
    const auto two = house.open("patient-2");
    auto noCookie = shows(one);
    noCookie.headers.set("Cookie", "theme=dark");
    auto noContext = shows(one);
    noContext.headers.set("X-WhatMatters-Context", "");
    auto others = shows(one);
    others.headers.set("X-WhatMatters-Context", two.contextToken);
    auto longerName = shows(one);
    longerName.headers.set("Cookie", "x" + cookieOf(one));

    CHECK(house.sessions.open(shows(one)).context.patient == "patient-1");
    for (const auto& request : {noCookie, noContext, others, longerName, Request()})
        CHECK_FALSE(isOpen(house, request));
}

TEST_CASE("sessions: a second page joins the browser's session", "[launch]") {
    House house;
    const auto one = house.open("patient-1");

    const auto two = house.open("patient-2", shows(one));

    CHECK(cookieOf(two) == cookieOf(one));
    CHECK(two.contextToken != one.contextToken);
    CHECK(house.sessions.open(shows(one)).context.patient == "patient-1");
    CHECK(house.sessions.open(shows(two)).context.patient == "patient-2");
}

TEST_CASE("sessions: a cookie that nobody gave out begins a session of its own", "[launch]") {
    House house;
    Request request;
    request.headers.set("Cookie", "whatmatters=chosen-by-somebody-else");

    CHECK(cookieOf(house.open("p", request)) != "whatmatters=chosen-by-somebody-else");
}

TEST_CASE("sessions: the oldest page of a session goes when there are too many", "[launch]") {
    Sessions::Limits limits;
    limits.sessions.contextsMax = 2;
    House house(limits);
    const auto one = house.open("1");
    house.passed += 1s;
    const auto two = house.open("2", shows(one));
    house.passed += 1s;
    REQUIRE(isOpen(house, shows(one)));  // used last, so the other one is the oldest
    house.passed += 1s;

    const auto three = house.open("3", shows(one));

    CHECK(isOpen(house, shows(one)));
    CHECK_FALSE(isOpen(house, shows(two)));
    CHECK(isOpen(house, shows(three)));
}

TEST_CASE("sessions: there are never more than allowed, and ended ones make room", "[launch]") {
    Sessions::Limits limits;
    limits.sessions.sessionsMax = 2;
    House house(limits);
    house.open();
    house.open();

    CHECK(thrown([&] { house.open(); }).kind() == ErrorKind::Unavailable);
    house.passed += 31min;
    CHECK_NOTHROW(house.open());
}

TEST_CASE("sessions: links are never more than 10,000, and old ones make room", "[launch]") {
    House house;
    for (int i = 0; i < 10'000; ++i) house.sessions.mintLink(anything());

    CHECK(thrown([&] { house.sessions.mintLink(anything()); }).kind() == ErrorKind::Unavailable);
    house.passed += 60s;
    CHECK_NOTHROW(house.sessions.mintLink(anything()));
}

TEST_CASE("sessions: a launch by somebody else in the same browser ends the one before",
          "[launch]") {
    House house;
    const auto nurse = house.launch("Practitioner/1");

    const auto doctor = house.launch("Practitioner/2", shows(nurse));

    CHECK(cookieOf(doctor) != cookieOf(nurse));
    CHECK_FALSE(isOpen(house, shows(nurse)));
    CHECK(isOpen(house, shows(doctor)));
}

TEST_CASE("sessions: the same name at another connection is somebody else", "[launch]") {
    House house;
    const auto here = house.launch("Practitioner/1");

    const auto there = house.launch("Practitioner/1", shows(here), true, "elsewhere");

    CHECK(cookieOf(there) != cookieOf(here));
    CHECK_FALSE(isOpen(house, shows(here)));
}

TEST_CASE("sessions: a launch that may not join leaves the browser's session alone", "[launch]") {
    House house;
    const auto one = house.launch("Practitioner/1");

    const auto two = house.launch("Practitioner/1", shows(one), false);

    CHECK(cookieOf(two) != cookieOf(one));
    CHECK(isOpen(house, shows(one)));
    CHECK(isOpen(house, shows(two)));
}

TEST_CASE("sessions: a further launch lets the session last, and not the pages before it",
          "[launch]") {
    House house;
    const auto early = house.launch("Practitioner/1");
    for (auto passed = 0min; passed < 11h; passed += 20min) {
        house.passed += 20min;
        REQUIRE(isOpen(house, shows(early)));
    }
    const auto late = house.launch("Practitioner/1", shows(early));
    const auto open = house.sessions.open(shows(early));
    auto opened = shows(early);
    opened.headers.set("X-WhatMatters-Context", house.sessions.addContext(open, open.context));
    for (auto passed = 0min; passed < 80min; passed += 20min) {
        house.passed += 20min;
        CHECK(isOpen(house, shows(late)));
    }

    CHECK_FALSE(isOpen(house, shows(early)));
    CHECK_FALSE(isOpen(house, opened));  // a page that was opened from a page ends with it
    CHECK(isOpen(house, shows(late)));
}

TEST_CASE("sessions: signing out ends every page of the browser and no other browser's",
          "[launch]") {
    House house;
    const auto one = house.launch("Practitioner/1");
    const auto two = house.launch("Practitioner/1", shows(one));
    const auto other = house.launch("Practitioner/1");

    const auto cleared = house.sessions.end(shows(one));

    CHECK(cleared == "whatmatters=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax");
    CHECK_FALSE(isOpen(house, shows(one)));
    CHECK_FALSE(isOpen(house, shows(two)));
    CHECK(isOpen(house, shows(other)));
}

TEST_CASE("sessions: a restart and another instance know the pages that are open", "[launch]") {
    House house;
    const auto page = house.open("patient-1");

    Sessions other(house.database, false, {}, house.clock());

    CHECK(other.open(shows(page)).context.patient == "patient-1");
}

TEST_CASE("sessions: two cookies of our name are none", "[launch]") {
    House house;
    const auto page = house.open();
    auto request = shows(page);
    request.headers.set("Cookie", "whatmatters=planted; " + cookieOf(page));

    CHECK_FALSE(isOpen(house, request));
}

TEST_CASE("sessions: over https the cookie may be framed, and is for https alone", "[launch]") {
    House plain;
    House secure({}, true);

    CHECK(plain.open().setCookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"));
    CHECK(secure.open().setCookie.ends_with(
        "; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"));
    CHECK(secure.open().setCookie.starts_with("__Host-whatmatters="));
    CHECK(cookieOf(plain.open()).size() >= 12 + 32);  // 192 bits
}

}  // namespace sessions_test
