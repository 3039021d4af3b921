#include "tests/faults/simulation.h"

#include <Poco/Data/Session.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <set>

#include "adapters/simulator/simulator.h"
#include "plugin/outbox/capture.h"
#include "plugin/outbox/delivery.h"
#include "plugin/outbox/sender.h"
#include "plugin/store/engine/fault_point.h"
#include "plugin/store/tables/ward_table.h"
#include "plugin/sync/board.h"
#include "plugin/sync/sync.h"
#include "tests/faults/fate.h"
#include "tests/faults/stage.h"
#include "tests/faults/verdict.h"
#include "tests/faults/ward_list.h"

namespace faults {
namespace {

using namespace std::chrono_literals;
using fhir::Error;
using fhir::ErrorKind;
using plugin::store::OutboxState;
using plugin::store::OutboxTable;
namespace domain = plugin::domain;
namespace outbox = plugin::outbox;
namespace simulator = adapters::simulator;

constexpr const char* kBase = "http://127.0.0.1:8081/fhir";
constexpr const char* kShelfBase = "http://127.0.0.1:8082/fhir";
constexpr auto kLease = 180s;
constexpr const char* kUnit = "ward-7";
const adapters::WorklistQuery kWorklist{.source = "patients",
                                        .patients = {"Patient/patient-1", "Patient/patient-2"}};

/// The process dies. No std::exception, so that nothing in the program can stop it.
struct Crash {};

std::string uuid(std::uint64_t seed, int number) {
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "urn:uuid:%08x-0000-4000-8000-%012x",
                  static_cast<unsigned>(seed & 0xffff'ffffU), static_cast<unsigned>(number));
    return text.data();
}

class World {
public:
    World(std::uint64_t seed, plugin::store::Database& database, const Play& play, History& history)
        : seed_(seed), database_(database), play_(play), history_(history), stage_(seed) {
        hasConditionalCreate_ = stage_.happens(0.5);
        dangers_ = stage_.happens(0.8);
        simulator::Options options;
        options.base = fhir::Url::parse(kBase);
        options.patients = 3;
        options.clock = clock();
        ehr_ = std::make_unique<simulator::Simulator>(options);
        if (!stage_.happens(0.5)) return;
        options.base = fhir::Url::parse(kShelfBase);
        options.patients = 1;
        companion_ = std::make_unique<simulator::Simulator>(options);
    }

    Outcome run();

private:
    /// The network between one instance and the EHR, and the companion server.
    class Wire : public fhir::http::Transport {
    public:
        explicit Wire(World& world) : world_(world) {}
        fhir::http::Response send(const fhir::http::Request& request,
                                  fhir::Deadline deadline) override {
            return world_.carry(request, deadline);
        }

    private:
        World& world_;
    };

    /// A process that sends; gone with everything that it held when it crashes.
    struct Instance {
        explicit Instance(World& world);
        std::unique_ptr<adapters::Adapter> adapterOf(World& world, const char* base);
        Wire wire;
        std::unique_ptr<adapters::Adapter> adapter, storage;  ///< the latter where there is one
        outbox::Sender sender;
    };

    /// A process that reads the ward.
    struct Reader {
        explicit Reader(World& world);
        Instance instance;
        plugin::sync::Sync sync;
    };

    fhir::Clock clock() {
        fhir::Clock clock;
        clock.now = [this] { return now_; };
        clock.steady = [this] { return steady_; };
        return clock;
    }
    void note(const std::string& what) {
        history_.note((isPlaying_ ? stage_.onStage() : "after") + ": " + what);
    }
    void step(const std::string& where);
    void passTime();
    fhir::http::Response carry(const fhir::http::Request& request, fhir::Deadline deadline);
    fhir::http::Response spoil(Fate fate, const fhir::http::Request& request,
                               fhir::Deadline deadline);
    outbox::DeliveryResult deliver(Instance& instance, plugin::store::OutboxEntry entry,
                                   fhir::Deadline deadline);
    domain::Statement statement(int number);
    void playNurse(int from, int count);
    void putRight(int number);
    bool attempt(const std::string& what, const std::function<void()>& act);
    void playInstance();
    void playOperator();
    void playReader();
    void readWard(Reader& reader);
    std::string readInTheEnd();
    void settle();

    const std::uint64_t seed_;
    plugin::store::Database& database_;
    const Play play_;
    History& history_;
    Stage stage_;
    fhir::Instant now_{1772884800s};  // 2026-03-07T12:00:00Z
    fhir::Deadline steady_{1h};
    std::unique_ptr<simulator::Simulator> ehr_;
    std::unique_ptr<simulator::Simulator> companion_;  ///< the companion; nullptr: our own store
    bool hasConditionalCreate_ = false;
    bool dangers_ = true;
    bool isPlaying_ = false;
    int nursesLeft_ = 0;
    std::set<std::string> acknowledged_;
    std::vector<domain::Statement> saved_;
    std::set<std::string> withdrawn_;  ///< acknowledged to be taken back
    std::set<std::string> deadLetters_;
    std::set<std::string> leaving_;  ///< about to be taken back, or taken back
    WardList ward_{database_, "general", kUnit};
    std::string vanished_;
    Outcome outcome_;
};

World::Instance::Instance(World& world)
    : wire(world),
      sender(
          world.database_,
          [this, &world](const plugin::store::OutboxEntry& entry, fhir::Deadline deadline) {
              return world.deliver(*this, entry, deadline);
          },
          [&world] {
              outbox::Sender::Options options;
              options.clock = world.clock();
              options.lease = kLease;
              options.chance = [&world] {
                  return static_cast<double>(world.stage_.draw(1000)) / 1000;
              };
              options.report = [&world](const outbox::SendReport& report) {
                  if (needsPerson(report.state)) world.deadLetters_.insert(report.entry);
                  world.note("try " + std::to_string(report.attempts) + " of " + report.entry +
                             ": " + toString(report.state) + " " + report.route + report.error);
              };
              return options;
          }()) {
    adapter = adapterOf(world, kBase);
    if (world.companion_) storage = adapterOf(world, kShelfBase);
}

World::Reader::Reader(World& world)
    : instance(world),
      sync(world.database_,
           {{.connection = "general",
             .id = kUnit,
             .worklist = kWorklist,
             .adapter = instance.adapter.get(),
             .companion = instance.storage.get()}},
           [&world] {
               plugin::sync::Sync::Options options;
               options.clock = world.clock();
               options.chance = [&world] {
                   return static_cast<double>(world.stage_.draw(1000)) / 1000;
               };
               return options;
           }()) {}

std::unique_ptr<adapters::Adapter> World::Instance::adapterOf(World& world, const char* base) {
    auto profile = adapters::vendorProfile("generic");
    profile.conditionalCreate = world.hasConditionalCreate_;
    profile.concurrentRequests = 1;  // the stage knows one thread of each actor
    fhir::ClientOptions options;
    options.base = fhir::Url::parse(base);
    options.clock = world.clock();
    return adapters::makeAdapter(profile, fhir::Client(wire, options), world.clock());
}

/// A step of an actor is done: it may die here, or others go on first.
void World::step(const std::string& where) {
    if (!isPlaying_) return;
    if (dangers_ && stage_.happens(0.02)) {
        ++outcome_.crashes;
        note("dies at " + where);
        throw Crash{};
    }
    // Inside a transaction nobody else can write: there it can only die.
    if (where != "transaction/begun" && where != "transaction/done") stage_.yield();
}

/// Mostly a little; now and then somebody is stopped for longer than a lease, or the clock is set.
void World::passTime() {
    const auto draw = stage_.draw(1000);
    std::chrono::milliseconds passed{};
    if (draw < 900)
        passed = std::chrono::milliseconds(stage_.draw(200));
    else if (draw < 990)
        passed = std::chrono::milliseconds(stage_.draw(3000));
    else if (draw < 995)
        now_ += std::chrono::seconds(stage_.draw(40)) - 20s;
    else if (draw < 996)
        now_ -= std::chrono::seconds(stage_.draw(7200));
    else
        passed = kLease + std::chrono::seconds(stage_.draw(900));
    now_ += passed;
    steady_ += passed;
}

fhir::http::Response World::carry(const fhir::http::Request& request, fhir::Deadline deadline) {
    step("the request");
    // As our transport does before it sends the first byte.
    if (steady_ >= deadline) {
        note(request.method + " " + request.url.path + " not sent: too late");
        throw Error(ErrorKind::Unavailable, "there was no answer in the time allowed");
    }
    // Where there is a companion server, much is to go there.
    const bool isForShelf = request.url.text().starts_with(kShelfBase);
    const double refusals = companion_ && !isForShelf ? 0.2 : 0.02;
    const auto fate = isPlaying_ && dangers_ ? drawFate(stage_, refusals) : Fate::Fine;
    note(request.method + " " + request.url.origin() + request.url.path + " fate " +
         std::to_string(static_cast<int>(fate)));
    if (fate != Fate::Fine) ++outcome_.mishaps;
    auto response = spoil(fate, request, deadline);
    step("the answer");
    // Now and then one stands still, and the others go on and do much.
    if (isPlaying_ && stage_.happens(0.05))
        for (int i = 0; i < 60; ++i) stage_.yield();
    return response;
}

fhir::http::Response World::spoil(Fate fate, const fhir::http::Request& request,
                                  fhir::Deadline deadline) {
    const auto refuse = [](int status) {
        return fhir::http::Response{
            status,
            {{"Content-Type", "application/fhir+json"}},
            R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"x"}]})"};
    };
    switch (fate) {
        case Fate::Closed:
            throw Error(ErrorKind::Unavailable, "the connection was closed");
        case Fate::Throttled: {
            auto response = refuse(429);
            response.headers.set("Retry-After", "2");
            return response;
        }
        case Fate::Down:
            return refuse(503);
        case Fate::Broken:
            return refuse(500);
        case Fate::Denied:
            return refuse(401);
        case Fate::Refused:
            return refuse(request.url.path.ends_with("/metadata") ? 404 : 400);
        case Fate::Page:
            return {200, {{"Content-Type", "text/html"}}, "<html>Sign in</html>"};
        case Fate::Fine:
        case Fate::Lost:
        case Fate::Half:
        case Fate::Empty:
            break;
    }
    const bool isForShelf = request.url.text().starts_with(kShelfBase);
    auto response = (isForShelf ? *companion_ : *ehr_).send(request, deadline);
    if (fate == Fate::Lost) throw Error(ErrorKind::Unavailable, "the answer was lost");
    if (fate == Fate::Half) response.body.resize(response.body.size() / 2);
    if (fate == Fate::Empty) response.body.clear();
    return response;
}

outbox::DeliveryResult World::deliver(Instance& instance, plugin::store::OutboxEntry entry,
                                      fhir::Deadline deadline) {
    if (!play_.looksFirst) entry.mayBeThere = false;
    if (!play_.corrects && entry.kind == plugin::store::EntryKind::Correction) return {};
    static const std::vector<std::string> kRoutes{"observation", "companion"};
    return outbox::deliver(
        {.ehr = *instance.adapter, .routes = kRoutes, .companion = instance.storage.get()},
        database_, entry, deadline);
}

domain::Statement World::statement(int number) {
    domain::Statement result{.id = uuid(seed_, number),
                             .patient = "patient-" + std::to_string(1 + number % 2),
                             .said = fhir::DateTime::fromInstant(now_ - 60s)};
    result.aspect = number % 3 == 0 ? domain::Aspect::AboutMe : domain::Aspect::Now;
    result.text = "Saying number " + std::to_string(number);
    return result;
}

/// Presses the button until it is acknowledged, as a person does. False where it was refused.
bool World::attempt(const std::string& what, const std::function<void()>& act) {
    while (true) {
        try {
            step("the page");
            act();
            note(what);
            return true;
        } catch (const Crash&) {
            note("presses again");
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::InvalidInput && error.path() == "/said") {
                note(what + " lies in the future");  // the clock was set back
                now_ += 600s;
                steady_ += 600s;
                continue;
            }
            if (error.kind() != ErrorKind::Conflict) throw;
            note(what + " is refused");
            return false;
        }
    }
}

/// Takes something back that anybody saved, which may be on its way at that moment; or puts other
/// words in its place.
void World::putRight(int number) {
    const auto wrong = saved_.at(stage_.draw(saved_.size()));
    leaving_.insert(wrong.id);
    if (stage_.happens(0.5)) {
        attempt("takes back " + wrong.id, [&] {
            outbox::withdrawStatement(database_, "general", wrong.patient, wrong.id, now_);
        });
    } else {
        auto right = statement(number);
        right.patient = wrong.patient;
        right.replaces = wrong.id;
        if (!attempt("puts " + right.id + " in the place of " + wrong.id,
                     [&] { outbox::correctStatement(database_, "general", right, false, now_); }))
            return;
        acknowledged_.insert(right.id);
        saved_.push_back(right);
    }
    withdrawn_.insert(wrong.id);
    ++outcome_.corrected;
}

void World::playNurse(int from, int count) {
    for (int number = from; number < from + count; ++number) {
        const auto words = statement(number);
        attempt("saved " + words.id,
                [&] { outbox::captureStatement(database_, "general", words, false, now_); });
        acknowledged_.insert(words.id);
        saved_.push_back(words);
        ++outcome_.captured;
        if (stage_.happens(0.4)) putRight(number + 50);
    }
    --nursesLeft_;
}

void World::playInstance() {
    auto instance = std::make_unique<Instance>(*this);
    for (int turn = 0; turn < 60; ++turn) {
        try {
            const bool isIdle = !instance->sender.sendOne();
            if (isIdle && nursesLeft_ == 0 && OutboxTable(database_).counts().first == 0) return;
            step("a turn");
        } catch (const Crash&) {
            instance = std::make_unique<Instance>(*this);
        }
    }
}

/// Reads the ward now and then; what was on its list stays on it.
void World::playReader() {
    auto reader = std::make_unique<Reader>(*this);
    for (int turn = 0; turn < 12; ++turn) {
        try {
            step("a look at the clock");
            readWard(*reader);
            note("has read the ward");
        } catch (const Crash&) {
            reader = std::make_unique<Reader>(*this);
        } catch (const Error& error) {
            note(std::string("has not read the ward: ") + fhir::toString(error.kind()));
        }
        if (vanished_.empty()) vanished_ = ward_.whatVanished(leaving_, *reader->instance.adapter);
    }
}

void World::readWard(Reader& reader) {
    if (play_.readsInTurn) {
        reader.sync.readUnit("general", kUnit);
        return;
    }
    const auto startedAt = now_;
    const auto read = plugin::sync::readWard(*reader.instance.adapter, kWorklist, now_);
    plugin::store::WardTable(database_).replace("general", kUnit, read.rows, startedAt,
                                                read.problemTexts());
}

std::string World::readInTheEnd() {
    now_ += 3h;  // a lease of before a clock went back
    Reader reader(*this);
    readWard(reader);
    return ward_.whatIsMissing(acknowledged_, leaving_, *reader.instance.adapter);
}

/// Somebody looks at the dead letters now and then, and tries them again, in doubt or not.
void World::playOperator() {
    for (int turn = 0; turn < 6; ++turn) {
        try {
            for (int wait = 0; wait < 12; ++wait) step("a look at the list");
            OutboxTable table(database_);
            for (const auto& entry : table.list(false, 100))
                if (needsPerson(entry.state) || stage_.happens(0.1)) {
                    note("tries again " + entry.id);
                    table.retry(entry.id, now_);
                }
        } catch (const Crash&) {
            note("starts again");
        }
    }
}

/// Everything is mended, and time goes on until nothing waits.
void World::settle() {
    OutboxTable table(database_);
    Instance instance(*this);
    for (int hour = 0; hour < 50; ++hour) {
        now_ += 1h;
        for (const auto& entry : table.list(false, 100))
            if (needsPerson(entry.state)) table.retry(entry.id, now_);
        while (instance.sender.sendOne()) {
        }
        if (table.counts() == std::pair(0, 0)) return;
    }
}

Outcome World::run() {
    database_.transaction([](Poco::Data::Session& session) {
        for (const auto* table :
             {"statement", "outbox", "companion_resource", "ward_row", "ward_state", "ward_lease"})
            session << std::string("DELETE FROM ") + table, Poco::Data::Keywords::now;
    });
    const int each = 2 + static_cast<int>(stage_.draw(3));
    const int instances = 1 + static_cast<int>(stage_.draw(3));
    nursesLeft_ = 2;
    stage_.add("nurse 1", [&] { playNurse(1, each); });
    stage_.add("nurse 2", [&] { playNurse(101, each); });
    for (int i = 1; i <= instances; ++i)
        stage_.add("instance " + std::to_string(i), [&] { playInstance(); });
    stage_.add("operator", [&] { playOperator(); });
    for (int i = 1; i <= 2; ++i) stage_.add("reader " + std::to_string(i), [&] { playReader(); });
    plugin::store::onFaultPoint = [this](const char* where) { step(where); };
    isPlaying_ = true;
    try {
        stage_.run([this] { passTime(); });
        isPlaying_ = false;
        plugin::store::onFaultPoint = nullptr;
        settle();
        const Instance reader(*this);
        outcome_.fault =
            Verdict(database_, *ehr_, *reader.adapter, {acknowledged_, withdrawn_, deadLetters_},
                    {reader.storage.get(), companion_.get()})
                .judge(now_);
        if (outcome_.fault.empty()) outcome_.fault = vanished_;
        if (outcome_.fault.empty()) outcome_.fault = readInTheEnd();
    } catch (const Error& error) {
        outcome_.fault = std::string("an error came through: ") + error.what();
    }
    isPlaying_ = false;
    plugin::store::onFaultPoint = nullptr;
    return outcome_;
}

}  // namespace

Outcome simulate(std::uint64_t seed, plugin::store::Database& database, const Play& play,
                 History& history) {
    return World(seed, database, play, history).run();
}

}  // namespace faults
