#include "adapters/worklist/natural_order.h"

#include <algorithm>

namespace adapters {
namespace {

bool isDigit(char c) noexcept {
    return c >= '0' && c <= '9';
}

unsigned char folded(char c) noexcept {
    return static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/// Takes the number at the front, without leading zeros. Its length may be anything, so it is
/// compared as text: more digits are more.
std::string_view takeNumber(std::string_view& text) noexcept {
    const auto end = static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), isDigit) -
                                              text.begin());
    auto number = text.substr(0, end);
    text.remove_prefix(end);
    number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
    return number;
}

}  // namespace

bool naturalLess(std::string_view left, std::string_view right) noexcept {
    while (!left.empty() && !right.empty()) {
        if (isDigit(left.front()) && isDigit(right.front())) {
            const auto leftNumber = takeNumber(left);
            const auto rightNumber = takeNumber(right);
            if (leftNumber.size() != rightNumber.size())
                return leftNumber.size() < rightNumber.size();
            if (leftNumber != rightNumber) return leftNumber < rightNumber;
            continue;
        }
        if (folded(left.front()) != folded(right.front()))
            return folded(left.front()) < folded(right.front());
        left.remove_prefix(1);
        right.remove_prefix(1);
    }
    return left.empty() && !right.empty();
}

}  // namespace adapters
