@NullMarked
package com.example.modules;

import org.jspecify.annotations.NullMarked;
