/** An agent that is a module: its door is {@link com.example.modules.Agent}. */
@NullMarked
package com.example.modules;

import org.jspecify.annotations.NullMarked;
