#include "tests/faults/full_disk.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <thread>

#include "fhir/base/error.h"
#include "plugin/cli/simulated_ehr.h"
#include "tests/faults/nurses.h"
#include "tests/support/json_at.h"
#include "tests/support/program.h"
#include "tests/support/site_text.h"
#include "tests/support/temporary_folder.h"

namespace faults {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr const char* kDiskSize = "size=6m";
constexpr int kBefore = 10;  ///< statements while there is room
constexpr int kWhileFull =
    500;  ///< tries at most until the file cannot grow: its log has some room
constexpr int kRefusedMin = 5;
constexpr auto kLeftMax = 300s;

/// How much the program may write. A disk of its own, a tmpfs that nobody else sees, where this
/// machine lets one be mounted; else a limit of how long its files may grow (setrlimit(2),
/// RLIMIT_FSIZE), which refuses writes as well and says so by another error.
class Disk {
public:
    explicit Disk(std::string folder) : folder_(std::move(folder)) {
        std::filesystem::create_directory(folder_);
        for (const bool isMapped : {false, true}) {
            test::Program probe(mounted(isMapped, {"true"}), folder_ + ".log");
            if (probe.end(0) != 0) continue;  // no signal: it ends by itself
            isMapped_ = isMapped;
            return;
        }
    }

    bool isMounted() const { return isMapped_.has_value(); }
    /// The words of the program as they start it on the disk.
    std::vector<std::string> on(const std::vector<std::string>& words) const {
        if (isMapped_) return mounted(*isMapped_, words);
        // The signal that comes with the error would end it.
        return with({"sh", "-c", R"(trap '' XFSZ && exec "$@")", "sh"}, words);
    }
    void fill(const test::Program& program) const {
        if (!isMapped_) {
            std::uintmax_t longest = 0;
            for (const auto& file : std::filesystem::directory_iterator(folder_))
                longest = std::max(longest, file.file_size());
            return limit(program, longest);
        }
        std::ofstream file(filler(program), std::ios::binary);
        const std::string block(4096, 'x');
        while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
        }
    }
    void empty(const test::Program& program) const {
        isMapped_ ? void(std::filesystem::remove(filler(program))) : limit(program, RLIM_INFINITY);
    }

private:
    static std::vector<std::string> with(std::vector<std::string> before,
                                         const std::vector<std::string>& words) {
        before.insert(before.end(), words.begin(), words.end());
        return before;
    }
    std::vector<std::string> mounted(bool isMapped, const std::vector<std::string>& words) const {
        std::vector<std::string> all{"unshare", "--mount"};
        if (isMapped) all.emplace_back("--map-root-user");
        return with(with(std::move(all), {"sh", "-c",
                                          std::string("mount -t tmpfs -o ") + kDiskSize +
                                              R"( none "$1" && shift && exec "$@")",
                                          "sh", folder_}),
                    words);
    }
    /// Its own name for the disk is seen through its process alone.
    std::string filler(const test::Program& program) const {
        return "/proc/" + std::to_string(program.id()) + "/root" + folder_ + "/filler";
    }
    static void limit(const test::Program& program, rlim_t bytes) {
        const struct rlimit wanted { bytes, RLIM_INFINITY };
        if (::prlimit(program.id(), RLIMIT_FSIZE, &wanted, nullptr) != 0)
            throw std::runtime_error("how long files may grow could not be set");
    }

    std::string folder_;
    std::optional<bool> isMapped_;  ///< by a user namespace, which needs no root
};

}  // namespace

struct FullDisk::State {
    State(std::string program, std::uint64_t given)
        : seed(given),
          disk(folder.file("disk")),
          ehr({.patients = 3, .seed = given}),
          ports(test::freePorts(2)),
          service(fhir::Url::parse("http://127.0.0.1:" + std::to_string(ports.front()))),
          operations(fhir::Url::parse("http://127.0.0.1:" + std::to_string(ports.back()))) {
        auto text = test::siteText(ehr.base(), R"(,"write":{"routes":["observation"]})", 2);
        text = test::changed(std::move(text), "127.0.0.1:0",
                             service.origin().substr(std::string("http://").size()));
        text = test::changed(std::move(text), "127.0.0.1:0",
                             operations.origin().substr(std::string("http://").size()));
        text = test::changed(std::move(text), "\"test.db\"", "\"disk/test.db\"");
        running = std::make_unique<test::Program>(
            disk.on({program, "serve", "--config", folder.write("site.json", text)}),
            folder.file("log"));
    }

    fhir::http::Response get(const std::string& target) {
        return transport->send({"GET", operations.resolve(target), {}, {}}, fhir::deadlineIn(20s));
    }
    bool isReady() {
        for (const auto until = Steady::now() + 60s; Steady::now() < until;) {
            try {
                if (get("/health/ready").status == 200) return true;
            } catch (const fhir::Error&) {
                if (!running->isRunning()) return false;
            }
            std::this_thread::sleep_for(50ms);
        }
        return false;
    }
    std::string urn(int number) const {
        std::array<char, 48> text{};
        std::snprintf(text.data(), text.size(), "urn:uuid:%08x-0000-4000-8f00-%012x",
                      static_cast<unsigned>(seed & 0xffff'ffffU), static_cast<unsigned>(number));
        return text.data();
    }
    /// 0 where no answer came.
    int post(int number, std::string* body = nullptr) {
        const auto answer = transport->send(
            posted(service, page, "/api/patient/statements",
                   R"({"id":")" + urn(number) + R"(","aspect":"now","by":"patient","text":")" +
                       std::string(1500, 'w') + "\"}"),
            fhir::deadlineIn(30s));
        if (body != nullptr) *body = answer.body;
        if (answer.status == 201) acknowledged.insert(urn(number));
        return answer.status;
    }
    void expect(bool isTrue, const std::string& otherwise) {
        if (!isTrue && fault.empty()) fault = otherwise;
    }
    void play();

    std::uint64_t seed;
    test::TemporaryFolder folder;
    Disk disk;
    plugin::cli::SimulatedEhr ehr;
    std::vector<std::uint16_t> ports;
    fhir::Url service, operations;
    std::unique_ptr<test::Program> running;
    std::unique_ptr<fhir::http::Transport> transport = fhir::http::makeTransport();
    OpenPage page;
    std::set<std::string> acknowledged;
    std::set<int> refused;
    std::string fault;
};

void FullDisk::State::play() {
    if (!isReady()) return expect(false, "the instance did not start on a disk of its own");
    page = openPages(service, {"patient-1"}).front();
    int number = 0;
    for (; number < kBefore; ++number)
        expect(post(number) == 201, "a statement was refused while there was room");
    disk.fill(*running);
    for (; number < kBefore + kWhileFull && refused.size() < kRefusedMin; ++number) {
        std::string body;
        const int status = post(number, &body);
        if (status == 201) continue;
        refused.insert(number);
        expect(status == 503 && test::at(body, "/detail").starts_with("What was to be saved may"),
               "a full disk was answered with " + std::to_string(status) + ": " + body);
    }
    expect(refused.size() == kRefusedMin, "the disk did not fill up");
    expect(get("/health/live").status == 200, "the instance ended on a full disk");

    disk.empty(*running);
    for (const int again : refused)
        expect(post(again) == 201, "a statement was refused though there was room again");
}

FullDisk::FullDisk(std::string program, std::uint64_t seed)
    : state_(std::make_unique<State>(std::move(program), seed)) {}

FullDisk::~FullDisk() = default;

void FullDisk::play() {
    state_->play();
}

std::string FullDisk::finish() {
    auto& state = *state_;
    if (!state.fault.empty()) return state.fault;
    std::string ready;
    for (const auto until = Steady::now() + kLeftMax; Steady::now() < until;) {
        ready = state.get("/health/ready").body;
        if (test::at(ready, "/outboxWaiting") == "0") break;
        std::this_thread::sleep_for(500ms);
    }
    if (test::at(ready, "/outboxWaiting") != "0" || test::at(ready, "/outboxFailed") != "0")
        return "not everything was delivered: " + ready;
    auto left = state.acknowledged;
    for (const auto& write : state.ehr.simulator().writes()) {
        const auto id = write.identifier.substr(write.identifier.find('|') + 1);
        if (write.created != 1) return id + " is there " + std::to_string(write.created) + " times";
        if (left.erase(id) == 0) return id + " is in the chart, and nobody was told \"saved\"";
    }
    if (!left.empty()) return *left.begin() + " was acknowledged and is not in the chart";
    const int code = state.running->end(SIGTERM);
    return code == 0 ? std::string() : "the instance ended with " + std::to_string(code);
}

bool FullDisk::isMounted() const {
    return state_->disk.isMounted();
}

int FullDisk::acknowledged() const {
    return static_cast<int>(state_->acknowledged.size());
}

int FullDisk::refused() const {
    return static_cast<int>(state_->refused.size());
}

}  // namespace faults
