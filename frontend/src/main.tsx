import "@mantine/core/styles.css";
import "./global.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { styleNonce } from "./core/styleNonce";
import { allowPlainTextOnly } from "./core/trustedTypes";
import { queries } from "./queries";
import { router } from "./router";
import { cssVariables, theme } from "./theme";

const nonce = styleNonce();
setNonce(nonce);
allowPlainTextOnly(window as Parameters<typeof allowPlainTextOnly>[0]);

const root = document.getElementById("root");
if (root === null) throw new Error("The page has no place for the console.");

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
