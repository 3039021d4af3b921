#include "tests/faults/few_files.h"

#include <memory>
#include <vector>

#include "plugin/cli/simulated_ehr.h"
#include "tests/support/gate.h"
#include "tests/support/program.h"
#include "tests/support/raw_connection.h"
#include "tests/support/site_text.h"
#include "tests/support/temporary_folder.h"

namespace faults {
namespace {

bool isAnswered(std::uint16_t port) {
    try {
        test::RawConnection connection(port);
        connection.send(
            "GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        return test::statusesOf(connection.untilClosed()) == std::vector<int>{200};
    } catch (const std::exception&) {
        return false;  // nobody takes the connection
    }
}

}  // namespace

std::string idleWithFewFiles(const std::string& program) {
    constexpr int kIdle = 600;
    const test::TemporaryFolder folder;
    const auto port = test::freePorts(1).front();
    plugin::cli::SimulatedEhr ehr({.patients = 2});
    const auto site =
        folder.write("site.json", test::changed(test::siteText(ehr.base()), "127.0.0.1:0",
                                                "127.0.0.1:" + std::to_string(port)));
    test::Program service({"prlimit", "--nofile=300:300", program, "serve", "--config", site},
                          folder.file("log"));
    if (!test::soon([&] { return isAnswered(port); })) return "it did not start";
    std::vector<std::unique_ptr<test::RawConnection>> idle;
    for (int i = 0; i < kIdle; ++i) {
        idle.push_back(std::make_unique<test::RawConnection>(port));
        if (i % 2 == 0) idle.back()->send("GET / HTTP/1.1\r\nHo");  // a head that never ends
        if (i % 20 == 19 && !isAnswered(port))
            return "nobody was answered any more beside " + std::to_string(i + 1) + " idle callers";
    }
    int open = 0;
    for (const auto& one : idle) open += one->isClosed() ? 0 : 1;
    if (open < 50)
        return "of " + std::to_string(kIdle) + " idle callers only " + std::to_string(open) +
               " were left";
    if (!service.isRunning()) return "it ended";
    return {};
}

}  // namespace faults
