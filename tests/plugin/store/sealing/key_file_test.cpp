#include "plugin/store/sealing/key_file.h"

#include <sys/stat.h>

#include <latch>
#include <thread>

#include "tests/support/temporary_folder.h"
#include "tests/support/thrown.h"

namespace key_file_test {

using fhir::ErrorKind;
using plugin::store::Key;
using plugin::store::keyInFile;
using test::TemporaryFolder;
using test::thrown;

TEST_CASE("key file: it is made once, and for its owner alone", "[store]") {
    const TemporaryFolder folder;

    const auto made = keyInFile(folder.file("key"));
    const auto again = keyInFile(folder.file("key"));

    CHECK(made.id == again.id);
    CHECK(made.bytes.reveal() == again.bytes.reveal());
    CHECK(made.bytes.reveal().size() == Key::kBytes);
    struct stat status {};
    REQUIRE(::stat(folder.file("key").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600U);
    std::size_t files = 0;
    for (const auto& one : std::filesystem::directory_iterator(folder.path()))
        files += one.exists() ? 1U : 0U;
    CHECK(files == 1);  // nothing half made is left
}

TEST_CASE("key file: of many that make it at once, all have the same key", "[store]") {
    const TemporaryFolder folder;
    // Many times over: one may look while another is between making it and naming it.
    for (int round = 0; round < 200; ++round) {
        const auto path = folder.file("key" + std::to_string(round));
        std::vector<std::string> keys(8);
        {
            std::latch together(std::ssize(keys));
            std::vector<std::jthread> threads;
            for (auto& key : keys)
                threads.emplace_back([&] {
                    together.arrive_and_wait();
                    try {
                        key = keyInFile(path).bytes.reveal();
                    } catch (const fhir::Error& error) {
                        key = error.what();
                    }
                });
        }
        CHECK(keys.front().size() == Key::kBytes);
        for (const auto& key : keys) CHECK(key == keys.front());
    }
}

TEST_CASE("key file: what holds no key is refused and left alone", "[store]") {
    const TemporaryFolder folder;
    const auto text = GENERATE(std::string(), std::string("nonsense"), std::string("id c2hvcnQ="),
                               std::string("no.id ") + Key::random("a").text().reveal());
    const auto path = folder.write("key", text);

    const auto error = thrown([&] { keyInFile(path); });

    CHECK(error.kind() == ErrorKind::InvalidInput);
    std::ifstream file(path);
    CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == text);
}

TEST_CASE("key file: a folder that is not there says what to do", "[store]") {
    const TemporaryFolder folder;

    const auto error = thrown([&] { keyInFile(folder.file("no/key")); });

    CHECK(error.kind() == ErrorKind::Internal);
    CHECK(std::string(error.what()).find("/store/keys") != std::string::npos);
}

}  // namespace key_file_test
