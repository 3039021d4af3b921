#include "tests/faults/cluster.h"

#include <algorithm>
#include <csignal>
#include <map>
#include <random>
#include <thread>

#include "adapters/adapter.h"
#include "plugin/cli/simulated_ehr.h"
#include "plugin/store/tables/outbox_table.h"
#include "tests/faults/instances.h"
#include "tests/faults/nurses.h"
#include "tests/faults/verdict.h"

namespace faults {
namespace {

using namespace std::chrono_literals;
using adapters::simulator::Fault;
using plugin::store::OutboxState;
using plugin::store::OutboxTable;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kInstances = 3;
constexpr int kNurses = 4;
constexpr auto kLeftMax = 300s;  ///< a lease, and as much again

std::vector<Fault> faultsOf(std::initializer_list<const char*> specs) {
    std::vector<Fault> faults;
    for (const auto* spec : specs) faults.push_back(Fault::parse(spec));
    return faults;
}

std::vector<Fault> spoilt() {
    return faultsOf({"reply-lost:0.08", "status-429:0.04", "status-503:0.04", "truncate:0.05",
                     "empty:0.03", "closed:0.03", "delay-ms:20:0.2", "delay-ms:300:0.05"});
}

/// A request is taken and never answered, nor carried out.
std::vector<Fault> silent() {
    return faultsOf({"closed:1", "delay-ms:2500:1"});
}

/// What can happen next.
enum class Event { Kill, End, PowerCut, Restart, Spoil, Mend, Silence, Absence, Nothing };

}  // namespace

struct Cluster::State {
    State(std::string program, test::PostgreSql& database, std::uint64_t seed)
        : server(database),
          chance(seed),
          ehr({.patients = 4, .seed = seed}),
          instances(std::move(program), kInstances, server.makeSchema(), ehr.base()),
          dueAt(kInstances) {
        if (!instances.areReady())
            throw std::runtime_error("the instances did not start:\n" + instances.complaints());
        nurses = std::make_unique<Nurses>(
            instances.proxy(),
            openPages(instances.address(0), {"patient-1", "patient-2", "patient-3"}), seed);
    }

    std::uint64_t draw(std::uint64_t most) { return chance() % most; }
    void happen(Event event);
    void bringDown(int signal);
    void startTheFallen(bool isAll);
    void mend();
    void waitUntilNothingIsLeft();
    std::string judge();
    std::string judgeOrder(const std::map<std::string, int>& places) const;
    void blame(const std::string& fault) {
        if (uproar.fault.empty()) uproar.fault = fault;
    }

    test::PostgreSql& server;
    std::mt19937_64 chance;
    plugin::cli::SimulatedEhr ehr;
    Instances instances;
    std::vector<Steady::time_point> dueAt;  ///< when an instance is started again
    std::unique_ptr<Nurses> nurses;
    Uproar uproar;
};

void Cluster::State::bringDown(int signal) {
    const auto which = static_cast<std::size_t>(draw(kInstances));
    dueAt[which] = Steady::now() + std::chrono::milliseconds(draw(2000));
    if (!instances.isRunning(which)) return;
    ++(signal == SIGKILL ? uproar.killed : uproar.ended);
    blame(instances.end(which, signal));
}

void Cluster::State::startTheFallen(bool isAll) {
    for (std::size_t i = 0; i < kInstances; ++i) {
        if (instances.isRunning(i) || (!isAll && Steady::now() < dueAt[i])) continue;
        blame(instances.judgeEnd(i));
        instances.start(i);
    }
}

void Cluster::State::happen(Event event) {
    switch (event) {
        case Event::Kill:
            return bringDown(SIGKILL);
        case Event::End:
            return bringDown(SIGTERM);
        case Event::PowerCut:
            ++uproar.databaseStops;
            return server.crashAndRestart();
        case Event::Restart:
            ++uproar.databaseStops;
            return server.restart();
        case Event::Spoil:
            ehr.comeBack();
            return ehr.simulator().fail(spoilt());
        case Event::Mend:
            ehr.comeBack();
            return ehr.simulator().fail({});
        case Event::Silence:
            ++uproar.absences;
            ehr.comeBack();
            return ehr.simulator().fail(silent());
        case Event::Absence:
            ++uproar.absences;
            return ehr.leave();
        case Event::Nothing:
            return;
    }
}

void Cluster::State::mend() {
    ehr.comeBack();
    ehr.simulator().fail({});
    startTheFallen(true);
    std::this_thread::sleep_for(100ms);
    if (!instances.areReady()) blame("not all instances came back");
    nurses->stop();
    blame(nurses->fault());
}

void Cluster::State::waitUntilNothingIsLeft() {
    plugin::store::Database database(instances.store());
    OutboxTable table(database);
    std::map<std::string, std::string> dead;
    const auto until = Steady::now() + kLeftMax;
    while (true) {
        startTheFallen(true);
        const auto left = table.list(false, 100'000);
        if (left.empty()) break;
        if (Steady::now() > until)
            return blame(std::to_string(left.size()) + " entries were left, the first of them " +
                         toString(left.front().state) + ": " + left.front().lastError);
        // Somebody has seen that all is well again, and lets nothing wait for longer.
        const auto soon = std::chrono::system_clock::now() + 5s;
        for (const auto& entry : left) {
            if (needsPerson(entry.state)) dead[entry.id] = entry.lastError;
            if (needsPerson(entry.state) || entry.nextAttempt > soon)
                table.retry(entry.id, std::chrono::system_clock::now());
        }
        std::this_thread::sleep_for(1s);
    }
    uproar.deadLetters = static_cast<int>(dead.size());
    // None of what went wrong is for a person to look at.
    if (!dead.empty()) blame("a dead letter: " + dead.begin()->second);
}

/// Who was told "saved" before another pressed the button comes first in the chart.
std::string Cluster::State::judgeOrder(const std::map<std::string, int>& places) const {
    std::map<std::pair<std::string, std::string>, std::vector<const Saved*>> byKey;
    for (const auto& one : nurses->saved())
        if (places.contains(one.id)) byKey[{one.patient, one.aspect}].push_back(&one);
    for (const auto& [key, all] : byKey)
        for (const auto* before : all)
            for (const auto* after : all)
                if (before->told < after->pressed && places.at(before->id) > places.at(after->id))
                    return after->id + " overtook " + before->id + " of its key";
    return {};
}

std::string Cluster::State::judge() {
    plugin::store::Database database(instances.store());
    fhir::ClientOptions options;
    options.base = fhir::Url::parse(ehr.base());
    const auto adapter = adapters::makeAdapter(adapters::vendorProfile("generic"),
                                               fhir::Client(ehr.simulator(), options), {});
    std::set<std::string> acknowledged;
    for (const auto& one : nurses->saved()) acknowledged.insert(one.id);
    std::map<std::string, int> places;
    for (const auto& write : ehr.simulator().writes()) {
        uproar.inChart += static_cast<int>(write.created);
        const auto& where = write.where.front();
        places[write.identifier.substr(write.identifier.find('|') + 1)] =
            std::stoi(where.substr(where.find('/') + 1));
    }
    auto fault = Verdict(database, ehr.simulator(), *adapter, {acknowledged, nurses->withdrawn()})
                     .judge(std::chrono::system_clock::now());
    return fault.empty() ? judgeOrder(places) : fault;
}

Cluster::Cluster(std::string program, test::PostgreSql& server, std::uint64_t seed)
    : state_(std::make_unique<State>(std::move(program), server, seed)) {}

Cluster::~Cluster() = default;

void Cluster::play(std::chrono::seconds load) {
    auto& state = *state_;
    const std::vector<Event> deck{Event::Kill,    Event::Kill,    Event::Kill,    Event::Kill,
                                  Event::Kill,    Event::End,     Event::End,     Event::PowerCut,
                                  Event::Restart, Event::Spoil,   Event::Spoil,   Event::Spoil,
                                  Event::Mend,    Event::Silence, Event::Absence, Event::Nothing,
                                  Event::Nothing, Event::Nothing};
    state.ehr.simulator().fail(spoilt());
    state.nurses->start(kNurses);
    const auto until = Steady::now() + load;
    do {  // each at least once, however slow the machine
        auto left = deck;
        std::shuffle(left.begin(), left.end(), state.chance);
        for (const auto event : left) {
            state.startTheFallen(false);
            state.happen(event);
            std::this_thread::sleep_for(std::chrono::milliseconds(300 + state.draw(900)));
        }
    } while (Steady::now() < until);
    state.mend();
}

Uproar Cluster::finish() {
    auto& state = *state_;
    if (state.uproar.fault.empty()) state.waitUntilNothingIsLeft();
    for (std::size_t i = 0; i < kInstances; ++i) state.blame(state.instances.end(i, SIGTERM));
    auto& uproar = state.uproar;
    uproar.acknowledged = static_cast<int>(state.nurses->saved().size());
    uproar.withdrawn = static_cast<int>(state.nurses->withdrawn().size());
    uproar.repeated = state.nurses->repeated();
    uproar.refused = state.nurses->refused();
    if (uproar.fault.empty()) uproar.fault = state.judge();
    if (!uproar.fault.empty()) uproar.fault += "\n" + state.instances.complaints();
    return uproar;
}

}  // namespace faults
