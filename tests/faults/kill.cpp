#include "tests/faults/kill.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <functional>
#include <map>
#include <random>
#include <set>

#include "fhir/base/json.h"
#include "fhir/base/log.h"
#include "plugin/cli/simulated_ehr.h"
#include "plugin/outbox/capture.h"
#include "plugin/outbox/delivery.h"
#include "plugin/outbox/receipt.h"
#include "plugin/outbox/sender.h"
#include "plugin/store/engine/fault_point.h"

namespace faults {
namespace {

using namespace std::chrono_literals;
using plugin::store::OutboxState;
using plugin::store::OutboxTable;
namespace domain = plugin::domain;
namespace outbox = plugin::outbox;

constexpr int kStatementsPerRound = 2;
constexpr int kInstancesMax = 3;

/// A child process and the lines that it writes to us.
class Child {
public:
    explicit Child(const std::function<int(int pipe)>& work) {
        std::array<int, 2> ends{};
        if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
        id_ = ::fork();
        if (id_ < 0) throw std::runtime_error("no process");
        if (id_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            ::close(ends[0]);
            int code = 99;
            try {
                code = work(ends[1]);
            } catch (const std::exception& error) {
                const auto text = std::string("fault ") + error.what() + "\n";
                if (::write(ends[1], text.data(), text.size()) < 0) code = 98;
            }
            ::_exit(code);
        }
        ::close(ends[1]);
        pipe_ = ends[0];
    }
    ~Child() {
        kill();
        wait();
        ::close(pipe_);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    void kill() const {
        if (!isDone_) ::kill(id_, SIGKILL);
    }
    /// Its lines up to the end of it, or until the time is over: then it is killed first.
    std::vector<std::string> lines(std::chrono::milliseconds time) {
        const auto until = std::chrono::steady_clock::now() + time;
        while (readSome(until)) {
        }
        std::vector<std::string> result;
        for (std::size_t at = 0, end = 0; (end = text_.find('\n', at)) != text_.npos; at = end + 1)
            result.push_back(text_.substr(at, end - at));
        return result;
    }
    /// The first line, without waiting for its end.
    std::string line() {
        while (text_.find('\n') == text_.npos) {
            std::array<char, 512> bytes{};
            const auto count = ::read(pipe_, bytes.data(), bytes.size());
            if (count <= 0) return {};
            text_.append(bytes.data(), static_cast<std::size_t>(count));
        }
        return text_.substr(0, text_.find('\n'));
    }
    /// The number of the signal that ended it, negative, or its exit code.
    int wait() {
        if (isDone_) return code_;
        int status = 0;
        ::waitpid(id_, &status, 0);
        isDone_ = true;
        code_ = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
        return code_;
    }

private:
    bool readSome(std::chrono::steady_clock::time_point until) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            until - std::chrono::steady_clock::now());
        pollfd one{pipe_, POLLIN, 0};
        const bool isOver =
            left.count() <= 0 || ::poll(&one, 1, static_cast<int>(left.count())) == 0;
        if (isOver) kill();
        std::array<char, 4096> bytes{};
        const auto count = ::read(pipe_, bytes.data(), bytes.size());
        if (count > 0) text_.append(bytes.data(), static_cast<std::size_t>(count));
        return count > 0;
    }

    pid_t id_ = 0;
    int pipe_ = 0;
    std::string text_;
    bool isDone_ = false;
    int code_ = 0;
};

void say(int pipe, const std::string& line) {
    const auto text = line + "\n";  // shorter than PIPE_BUF: all of it or nothing
    if (::write(pipe, text.data(), text.size()) < 0) ::_exit(97);
}

/// The simulator in a process of its own; its first line is its base.
int playEhr(int pipe, std::uint64_t seed) {
    fhir::log::keepFrom(fhir::log::Level::Error);
    plugin::cli::SimulatedEhrOptions options;
    options.patients = 4;
    options.seed = seed;
    for (const auto* spec : {"reply-lost:0.06", "status-429:0.06", "status-503:0.06",
                             "truncate:0.04", "empty:0.02", "delay-ms:20:0.1"})
        options.faults.push_back(adapters::simulator::Fault::parse(spec));
    const plugin::cli::SimulatedEhr ehr(options);
    say(pipe, ehr.base());
    while (true) ::pause();
}

struct Round {
    int number = 0;
    int instance = 0;   ///< of those that run at once
    int killAfter = 0;  ///< steps; 0: none
    std::uint64_t seed = 0;
};

class Fixture {
public:
    Fixture(const plugin::store::Options& options, const std::string& base, const Round& round)
        : round_(round), database_(options), connections_({settings(base)}) {
        outbox::Sender::Options sending;
        sending.clock.now = [this] { return now(); };
        sending.report = [](const outbox::SendReport&) {};
        sender_ = std::make_unique<outbox::Sender>(
            database_,
            [this](const plugin::store::OutboxEntry& entry, fhir::Deadline deadline) {
                return outbox::deliver(connections_, database_, entry, deadline);
            },
            sending);
    }

    /// Each round is past the leases and waits of the one before.
    fhir::Instant now() const {
        return fhir::Instant(1772884800s) + round_.number * std::chrono::minutes(20);
    }
    void capture(int pipe) {
        for (int i = 0; i < kStatementsPerRound; ++i) {
            const auto words = statement(i);
            outbox::captureStatement(database_, "general", words, false, now());
            say(pipe, "saved " + words.id);
        }
    }
    void send(int most) {
        for (int i = 0; i < most && sender_->sendOne(); ++i) {
        }
    }
    void readReceipts() {
        for (const auto& entry : OutboxTable(database_).list(true, 20)) outbox::receiptJson(entry);
        plugin::store::faultPoint("receipt");
    }
    /// What is left, and whether there is something.
    std::size_t retryWhatFailed() {
        OutboxTable table(database_);
        const auto left = table.list(false, 10'000);
        for (const auto& entry : left)
            if (needsPerson(entry.state)) table.retry(entry.id, now());
        return left.size();
    }

private:
    static plugin::ConnectionSettings settings(const std::string& base) {
        plugin::ConnectionSettings connection;
        connection.id = "general";
        connection.vendor = "generic";
        connection.profile = adapters::vendorProfile("generic");
        connection.profile.timeout = 2s;
        connection.routes = {"observation"};
        connection.fhirBase = fhir::Url::parse(base);
        return connection;
    }
    domain::Statement statement(int index) const {
        std::array<char, 48> id{};
        std::snprintf(
            id.data(), id.size(), "urn:uuid:%08x-0000-4000-8000-%012x",
            static_cast<unsigned>(round_.seed & 0xffff'ffffU),
            static_cast<unsigned>(
                (round_.number * kInstancesMax + round_.instance) * kStatementsPerRound + index));
        domain::Statement words{.id = id.data(),
                                .patient = "patient-" + std::to_string(1 + round_.number % 3),
                                .said = fhir::DateTime::fromInstant(now() - 60s)};
        words.text = "Saying " + words.id.substr(words.id.size() - 6);
        return words;
    }

    Round round_;
    plugin::store::Database database_;
    plugin::Connections connections_;
    std::unique_ptr<outbox::Sender> sender_;
};

/// One life of the program: start, capture, send, mark, receipt. Says what it acknowledged and, at
/// its end, how many steps there were.
int live(int pipe, const plugin::store::Options& options, const std::string& base,
         const Round& round) {
    fhir::log::keepFrom(fhir::log::Level::Error);
    int steps = 0;
    plugin::store::onFaultPoint = [&](const char* /*step*/) {
        if (++steps == round.killAfter) ::kill(::getpid(), SIGKILL);
    };
    try {
        Fixture fixture(options, base, round);
        fixture.capture(pipe);
        fixture.send(4);
        fixture.readReceipts();
    } catch (const fhir::Error& error) {
        if (error.kind() != fhir::ErrorKind::Unavailable) throw;
        say(pipe, "away");  // the database: nobody was told "saved"
        return 0;
    }
    say(pipe, "steps " + std::to_string(steps));
    return 0;
}

/// Without being killed: sends until nothing is left. Says how much is.
int drain(int pipe, const plugin::store::Options& options, const std::string& base, Round round) {
    fhir::log::keepFrom(fhir::log::Level::Error);
    std::size_t left = 1;
    for (int i = 0; i < 200 && left != 0; ++i) {
        ++round.number;
        Fixture fixture(options, base, round);
        fixture.send(10'000);
        left = fixture.retryWhatFailed();
    }
    say(pipe, "left " + std::to_string(left));
    return 0;
}

/// The simulator's record: how often each identifier was made.
int readRecord(int pipe, const std::string& base) {
    const auto transport = fhir::http::makeTransport();
    const auto url = fhir::Url::parse(base).resolve("/simulator/writes");
    const auto response = transport->send({"GET", url, {}, {}}, fhir::deadlineIn(20s));
    const auto document = fhir::json::Document::parse(response.body);
    for (const auto write : document.root().findArray("writes"))
        say(pipe, std::to_string(write.findInteger("created").value_or(-1)) + " " +
                      write.findString("identifier").value_or(""));
    return 0;
}

std::string compare(const std::vector<std::string>& record,
                    const std::set<std::string>& acknowledged, Kills& kills) {
    std::map<std::string, int> made;
    for (const auto& line : record) {
        const auto blank = line.find(' ');
        const int count = std::atoi(line.c_str());
        made[line.substr(line.find("urn:uuid:", blank))] = count;
        kills.inChart += count;
        if (count != 1) return "made " + line + ": doubled, or unreadable";
    }
    for (const auto& id : acknowledged)
        if (!made.contains(id)) return id + " was acknowledged and is not in the chart";
    return {};
}

/// The rounds on one database, against one simulator.
class Trial {
public:
    Trial(std::uint64_t seed, const plugin::store::Options& options, const Siege& siege)
        : options_(options),
          siege_(siege),
          chance_(seed),
          round_{.number = 0, .instance = 0, .killAfter = 0, .seed = seed},
          ehr_([seed](int pipe) { return playEhr(pipe, seed); }),
          base_(ehr_.line()) {}

    Kills run() {
        if (base_.empty()) return {.fault = "the simulator did not start"};
        // Whole, so that the steps are counted; a database that is away just then is asked again.
        for (int i = 0; i < kWholeTriesMax && kills_.points == 0 && kills_.fault.empty(); ++i)
            play(
                1, [](int) { return 0; }, kRoundMax);
        if (kills_.points == 0 && kills_.fault.empty())
            return {.fault = "no round could be played whole: is the database away?"};
        while (kills_.fault.empty() &&
               (kills_.rounds < siege_.rounds || std::chrono::steady_clock::now() < siege_.until)) {
            ++kills_.rounds;
            ++round_.number;
            const bool isSweep = siege_.instances == 1;
            if (kills_.rounds % 4 == 0)  // at any moment
                play(
                    siege_.instances, [](int) { return 0; },
                    std::chrono::milliseconds(chance_() % 150));
            else
                play(
                    siege_.instances, [&](int) { return isSweep ? sweep() : draw(); }, kRoundMax);
        }
        kills_.acknowledged = static_cast<int>(acknowledged_.size());
        if (kills_.fault.empty()) kills_.fault = finish();
        return kills_;
    }

private:
    static constexpr std::chrono::seconds kRoundMax{60};
    static constexpr int kWholeTriesMax = 50;

    /// Each step in its turn.
    int sweep() const { return 1 + (kills_.rounds - 1) % kills_.points; }
    /// Any step, or none.
    int draw() { return static_cast<int>(chance_() % static_cast<unsigned>(2 * kills_.points)); }

    void play(int instances, const std::function<int(int)>& killAfter,
              std::chrono::milliseconds time) {
        std::vector<std::unique_ptr<Child>> children;
        for (round_.instance = 0; round_.instance < instances; ++round_.instance) {
            round_.killAfter = killAfter(round_.instance);
            children.push_back(std::make_unique<Child>(
                [this](int pipe) { return live(pipe, options_, base_, round_); }));
        }
        if (siege_.crashDatabase && chance_() % 6 == 0) siege_.crashDatabase();
        for (auto& child : children) watch(*child, time);
    }

    void watch(Child& child, std::chrono::milliseconds time) {
        for (const auto& line : child.lines(time)) {
            if (line.starts_with("saved ")) acknowledged_.insert(line.substr(6));
            if (line.starts_with("steps "))
                kills_.points = std::max(kills_.points, std::stoi(line.substr(6)));
            if (line.starts_with("fault ")) kills_.fault = "a round ended by itself: " + line;
        }
        const int end = child.wait();
        kills_.killed += end == -SIGKILL ? 1 : 0;
        if (end != 0 && end != -SIGKILL && kills_.fault.empty())
            kills_.fault = "a round ended by " + std::to_string(end);
    }

    std::string finish() {
        Child rest([this](int pipe) { return drain(pipe, options_, base_, round_); });
        const auto left = rest.lines(std::chrono::minutes(5));
        if (left != std::vector<std::string>{"left 0"})
            return "something was left: " + (left.empty() ? "killed" : left.front());
        Child reader([this](int pipe) { return readRecord(pipe, base_); });
        return compare(reader.lines(kRoundMax), acknowledged_, kills_);
    }

    const plugin::store::Options& options_;
    const Siege& siege_;
    std::mt19937_64 chance_;
    Round round_;
    Child ehr_;
    std::string base_;
    std::set<std::string> acknowledged_;
    Kills kills_;
};

}  // namespace

Kills killAndCompare(std::uint64_t seed, const plugin::store::Options& options,
                     const Siege& siege) {
    return Trial(seed, options, siege).run();
}

}  // namespace faults
