"""What other tools call functions, losses, optimisers and options.

The words are those of Keras, PyTorch, ONNX, MATLAB, scikit-learn, neat-python and textbooks. A
message about an unknown name looks here before it looks for similar letters: `logsig` of MATLAB is
a sigmoid and no logarithm. A name that stands for nothing here has no counterpart, and no name is
suggested, however similar. A name that deepgraph knows is no mistake, whatever the table says.
`deepgraph.words.messages.Nearest` reads these tables.
"""

from __future__ import annotations

import re


def bare(name: str) -> str:
    """A name without its case and without all that is no letter or digit.

    >>> bare("Hard-Tanh"), bare("x_1")
    ('hardtanh', 'x1')
    """
    return re.sub(r"[\W_]", "", name).casefold()


def bare_word(name: str) -> str:
    """The `bare` name without its module.

    >>> bare_word("torch.nn.LogSigmoid()")
    'logsigmoid'
    """
    return bare(name.rsplit(".", 1)[-1])


def _table(ours: dict[str, str], *, none: str = "") -> dict[str, str]:
    found = {bare(other): name for name, others in ours.items() for other in others.split()}
    return found | {bare(other): "" for other in none.split()}


ACTIVATIONS = _table(
    {
        "identity": "linear lin purelin passthrough none null no_activation Identity",
        "relu": "rectifier rectified_linear rectified_linear_unit rect poslin ramp ReLU",
        "sqrt": "square_root",
        "leaky_relu": "LeakyReLU lrelu leaky PReLU parametric_relu lelu leaky_rectify",
        "gelu_tanh": "gelu_new gelu_approximate gelu_approx gelu_pytorch_tanh gelu_fast",
        "silu": "swish sil swish1 SiLU",
        "softplus": "smooth_relu smoothrelu",
        "softsign": "elliotsig elliot elliott",
        "sigmoid": "logsig logistic sigm sig logistic_sigmoid sigmoidal expit unipolar_sigmoid",
        "tanh": "tansig htan tanhyp hyperbolic_tangent bipolar_sigmoid th tanhlayer",
        "hard_sigmoid": "hardsigmoid hsigmoid",
        "hard_swish": "hardswish hswish hard_silu hardsilu",
        "hard_tanh": "hardtanh satlins clamp clamped clip hardclip htanh",
        '{"name": "hard_tanh", "min": 0, "max": 1}': "satlin saturating_linear",
        "step": "hardlim heaviside binary_step unit_step binary threshold_unit perceptron",
        "sign": "signum sgn bipolar bipolar_step",
        "abs": "absolute absolute_value modulus fabs",
        "square": "squared sqr quadratic pow2",
        "cube": "cubed cubic pow3",
        "exp": "exponential",
        "log": "ln natural_log natural_logarithm",
        "inverse": "inv netinv reciprocal",
        "sin": "sine sinus",
        "cos": "cosine cosinus",
        "gaussian": "gauss radbas rbf radial_basis bell",
        "softmax": "softmax2d normalized_exponential softmaxlayer",
    },
    none="ceil ceiling erf neg negative hat tribas radbasn compet "
    "hardlims elliot2sig logit logsigmoid log_sigmoid logsoftmax log_softmax softmin hardmax "
    "sparsemax hard_shrink hardshrink soft_shrink softshrink tanhshrink tanh_shrink squareplus "
    "sparse_plus sparse_sigmoid threshold rrelu crelu glu swiglu "
    "geglu maxout quick_gelu atan arctan tan sinh cosh asin acos sinc sinusoid "
    "identity_step mod pow snake laplace shrink",
)
"""The name in a spec, or the object, by the `bare` name elsewhere; empty: there is none."""

AGGREGATIONS = _table(
    {
        "sum": "add plus total weighted_sum summation dot netsum",
        "product": "prod multiply mul times netprod",
        "mean": "average avg",
        "max": "maximum",
        "min": "minimum",
    },
    none="maxabs max_abs median concat concatenate subtract norm",
)
"""The name in a spec by the `bare` name elsewhere."""

LOSSES = _table(
    {
        "squared_error": "sse l2 sum_squared_error sum_of_squares rss residual_sum_of_squares",
        "half_squared_error": "half_sse half_mse half_l2 quadratic quadratic_cost delta_rule",
        "mean_squared_error": "mse MSELoss mean_square_error mean_squared quadratic_loss",
        "absolute_error": "sae l1 sum_absolute_error least_absolute_deviations lad",
        "mean_absolute_error": "mae L1Loss mean_abs_error mean_absolute",
        "huber": "huber_loss HuberLoss smooth_l1 SmoothL1Loss",
        "hinge": "hinge_loss svm max_margin",
        "cross_entropy": "bce ce nll xent log_loss logistic logloss binary_crossentropy "
        "binary_cross_entropy BCELoss BCEWithLogitsLoss binary_cross_entropy_with_logits "
        "categorical_crossentropy categorical_cross_entropy sparse_categorical_crossentropy "
        "crossentropy CrossEntropyLoss softmax_cross_entropy sigmoid_cross_entropy NLLLoss "
        "negative_log_likelihood deviance",
    },
    none="rmse root_mean_squared_error msle mean_squared_logarithmic_error mape "
    "mean_absolute_percentage_error log_cosh logcosh squared_hinge categorical_hinge kl kld "
    "kl_divergence "
    "kl_div KLDivLoss poisson cosine_similarity focal quantile pinball r2 ctc triplet",
)
"""The name in a spec by the `bare` name elsewhere; the rows of the losses add their own."""

OPTIMISERS = _table(
    {
        "sgd": "gd gradient_descent stochastic_gradient_descent batch_gradient_descent vanilla "
        "traingd traingdm momentum nesterov",
        "adam": "adaptive_moment_estimation",
    },
    none="adamw adamax nadam adagrad adadelta rmsprop lbfgs bfgs rprop trainlm trainscg trainbr "
    "ftrl lion asgd",
)
"""The name of an optimiser by the `bare` name elsewhere."""

THEMES = _table(
    {
        "light": "white day",
        "dark": "black night",
        "paper": "gray grey grayscale greyscale print monochrome bw",
        "auto": "system",
    }
)
OPTIONS = _table(
    {
        "learning-rate": "lr eta rate alpha step_size learningrate",
        "optimiser": "optim solver algorithm",
        "epochs": "epoch iterations iters n_epochs max_iter steps",
        "batch": "batch_size minibatch",
        "validation": "val valid validation_split validation_data",
        "input": "csv table data file inputs",
        "target": "label labels y truth",
        "output": "out outfile",
        "set": "x value values at",
        "precision": "digits decimals",
        "seed": "random_state rng random_seed",
        "theme": "dark grayscale greyscale",
        "colors": "color colour colours",
        "over": "range sweep from",
        "nodes": "columns",
        "keep": "pass pass_through",
        "json": "as_json",
    }
)
"""The flag of an option, without its dashes, by the `bare` name elsewhere."""
