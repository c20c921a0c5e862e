// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace goknot::app {

// Tells the allocator how this program uses memory: it fills much of it once, and then ends. To be
// called before anything is done.
void prepare_own_memory();

}  // namespace goknot::app
