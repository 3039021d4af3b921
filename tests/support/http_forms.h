#pragma once

#include <string>
#include <vector>

namespace test {

/// What a caller may send on one connection, and what a server that reads RFC 9112 strictly makes
/// of it. The server answers 200 to every request, takes bodies of up to 100 bytes, and knows the
/// names "x" and "example.org".
struct HttpForm {
    std::string name;
    std::string bytes;
    std::vector<int> answers;  ///< their statuses, interim ones included
    bool stays = true;         ///< whether the connection carries another request afterwards
    std::vector<std::string> bodies{};  ///< of the requests that were answered 200
};

/// Each one by its name, framing and all; more than sixty.
const std::vector<HttpForm>& httpForms();

}  // namespace test
